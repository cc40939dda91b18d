import { formatFileSize } from '../answers/format.js';
import { unreadableFile } from '../requests/fault.js';
import { createElement } from './create-element.js';
import type { Parts } from './find-parts.js';
import { clearFault, showFault, showHint } from './show-fault.js';
import { toShowable } from './to-showable.js';

/**
 * A file may be dropped anywhere on the page: one that misses the zone would else replace the page. The input holds
 * what was chosen.
 */
export function acceptDrops({ drop, file, uploadFault }: Parts): void {
  let inside = 0; // `dragleave` comes for each element that is left for one within it
  const mark = (change: number): void => {
    inside = Math.max(0, inside + change);
    drop.classList.toggle('over', inside > 0);
  };
  document.addEventListener('dragenter', (event) => {
    if (hasFiles(event)) mark(1);
  });
  document.addEventListener('dragleave', (event) => {
    if (hasFiles(event)) mark(-1);
  });
  document.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer || !hasFiles(event)) return;
    event.preventDefault();
    mark(-inside);
    if (event.dataTransfer.files.length !== 1) {
      showHint(uploadFault, 'One file at a time: put the DICOM files of a series into a ZIP, and drop that.');
      return;
    }
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event('change'));
  });
}

/** Shows the chosen file in the zone as soon as it is chosen, where the browser can. */
export function previewChoice({ drop, file, uploadFault }: Parts): void {
  const preview = createElement('div', { class: 'preview' });
  drop.append(preview);
  let url: string | undefined;
  const show = async (): Promise<void> => {
    clearFault(uploadFault);
    if (url !== undefined) URL.revokeObjectURL(url);
    url = undefined;
    preview.replaceChildren();
    const chosen = file.files?.[0];
    const showable = chosen && (await toShowable(chosen).catch(() => null));
    if (showable === undefined || chosen !== file.files?.[0]) return;
    if (!showable) {
      showFault(uploadFault, unreadableFile());
      return;
    }
    url = URL.createObjectURL(showable);
    const words = createElement('span', { class: 'soft' }, formatFileSize(chosen.size));
    const image = createElement('img', { alt: 'The chosen image', src: url });
    image.addEventListener('error', () => {
      image.remove();
      words.append(', no preview: this browser cannot show it');
    });
    preview.replaceChildren(image, words);
  };
  file.addEventListener('change', () => void show());
  // Who goes back to the page finds the choice that was made: a browser puts it there after this script has run.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) void show();
  });
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
