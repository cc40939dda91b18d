type Attributes = Readonly<Record<string, string | number | boolean>>;

/**
 * An element with attributes (`true`: there, without a value; `false`: not there) and children; a string is text, never
 * HTML.
 */
export function createElement<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}
