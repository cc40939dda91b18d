import type { Fault } from '../requests/fault.js';
import { createElement } from './create-element.js';

/** Shows a fault in `place`, and read out; what stood there before is gone. */
export function showFault(place: HTMLElement, { code, message, retryable }: Fault): void {
  const again = retryable ? ' It may well work a little later.' : '';
  show(place, createElement('code', {}, code), ` ${message}${again}`);
}

/** Says what is missing before anything was asked. */
export function showHint(place: HTMLElement, words: string): void {
  show(place, words);
}

export function clearFault(place: HTMLElement): void {
  place.replaceChildren();
  place.hidden = true;
}

/** A place for a fault that comes later, such as that of a picture. */
export function createFaultPlace(): HTMLElement {
  return createElement('p', { class: 'fault', role: 'alert', hidden: true });
}

/** On a small screen the place may be above what is seen. */
function show(place: HTMLElement, ...words: readonly (Node | string)[]): void {
  place.replaceChildren(...words);
  place.hidden = false;
  place.scrollIntoView({ block: 'nearest' });
}
