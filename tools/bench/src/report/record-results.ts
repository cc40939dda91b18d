/** Between these lines of docs/results.md the bench writes; the rest of the page is not its own. */
const BEGIN = '<!-- bench: begin (npm run bench -- --record) -->';
const END = '<!-- bench: end -->';

/**
 * The page with this section in place of the one it had; at its end if it had none. Throws for a page with half a
 * section.
 */
export function recordResults(page: string, section: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  const whole = `${BEGIN}\n\n${section.trim()}\n\n${END}`;
  if (begin === -1 && end === -1) return `${page.trimEnd()}\n\n## Bench\n\n${whole}\n`.trimStart();
  if (begin === -1 || end < begin) {
    throw new Error(
      `docs/results.md has one of "${BEGIN}" and "${END}" without the other: put both back, or remove it.`,
    );
  }
  return `${page.slice(0, begin)}${whole}${page.slice(end + END.length)}`;
}
