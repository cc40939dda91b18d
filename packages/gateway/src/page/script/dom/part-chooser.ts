import { describeUpload, namePart, type Upload } from '../requests/read-upload.js';
import { createElement } from './create-element.js';

export interface PartChooser {
  /** The list stays the same element for one upload: it keeps the focus. */
  readonly show: (upload: Upload, part: number) => void;
  readonly clear: () => void;
}

/**
 * Shows in `place` what is to be known of an upload: a list of its series and images, if there are several, of which
 * one is chosen, and what is not among them. It stays while another one is analysed, and when that fails. `onChoose` is
 * told the index of another one.
 */
export function createPartChooser(place: HTMLElement, onChoose: (upload: Upload, part: number) => void): PartChooser {
  const told = createElement('div');
  let shown: Upload | undefined;
  let list: HTMLSelectElement | undefined;
  return {
    show(upload, part) {
      if (upload !== shown) {
        shown = upload;
        list = upload.parts.length > 1 ? createList(upload, (other) => onChoose(upload, other)) : undefined;
        place.replaceChildren(...(list ? [label(list, upload)] : []), told);
      }
      if (list) list.value = String(part);
      const sentences = describeUpload(upload, upload.parts[part] ?? upload.parts[0]);
      told.replaceChildren(...sentences.map((sentence) => createElement('p', { class: 'soft small' }, sentence)));
    },
    clear() {
      shown = undefined;
      place.replaceChildren();
    },
  };
}

function createList({ parts }: Upload, onChoose: (part: number) => void): HTMLSelectElement {
  const options = parts.map((one, index) => createElement('option', { value: index }, namePart(one, index)));
  const list = createElement('select', {}, ...options);
  list.addEventListener('change', () => onChoose(Number(list.value)));
  return list;
}

function label(list: HTMLSelectElement, { parts }: Upload): HTMLElement {
  const words = `Shown, of ${parts.length} in the ZIP: `;
  return createElement('p', {}, createElement('label', {}, words, list));
}
