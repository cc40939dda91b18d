import { describeUpload, namePart, type Upload } from '../requests/read-upload.js';
import { createElement } from './create-element.js';

/**
 * What is to be known of an upload: a list of its series and images, if there are several, of which one is shown, and
 * what is not among them. `onChoose` is told the index of another one.
 */
export function createPartChooser(upload: Upload, part: number, onChoose: (part: number) => void): HTMLElement {
  const { parts } = upload;
  const sentences = describeUpload(upload, parts[part] ?? parts[0]);
  const told = sentences.map((sentence) => createElement('p', { class: 'soft small' }, sentence));
  if (parts.length === 1) return createElement('div', {}, ...told);
  const options = parts.map((one, index) =>
    createElement('option', { value: index, selected: index === part }, namePart(one, index)),
  );
  const list = createElement('select', {}, ...options);
  list.addEventListener('change', () => onChoose(Number(list.value)));
  const words = `Shown, of ${parts.length} in the ZIP: `;
  return createElement('div', {}, createElement('p', {}, createElement('label', {}, words, list)), ...told);
}
