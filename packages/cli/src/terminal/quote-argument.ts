/**
 * An argument of a command that a person copies into a shell: in double quotes where it would be torn apart else. A
 * backslash there is one of a path, but before a quote or a dollar it would take its meaning.
 */
export function quoteArgument(text: string): string {
  if (/^[\p{L}\p{M}\p{N}_.,:/@%+=-]+$/u.test(text)) return text;
  return `"${text.replaceAll(/\\+(?=["$`]|$)/g, '$&$&').replaceAll(/["$`]/g, '\\$&')}"`;
}
