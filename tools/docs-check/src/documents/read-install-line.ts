/**
 * The first line of a README that installs packages of this workspace, such as `npm i @medzoo/core`. Throws if there is
 * none.
 */
export function readInstallLine(markdown: string): string {
  const line = markdown.split('\n').find((text) => /^[A-Z_=a-z ]*npm i(nstall)? @medzoo\//.test(text));
  if (line === undefined) throw new Error('The README has no line that installs the package.');
  return line;
}
