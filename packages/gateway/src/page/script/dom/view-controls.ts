import {
  describeFile,
  dragWindow,
  type FileFacts,
  isSameView,
  nameUsualWindow,
  sayShown,
  type ShownView,
} from '../pictures/medical-view.js';
import { createElement } from './create-element.js';
import type { Viewer } from './viewer.js';

export interface ControlledFile {
  /** Where a view is drawn. */
  readonly pathOf: (view: ShownView) => string;
  readonly facts: FileFacts;
  /** What the answers are about. */
  readonly analysed: ShownView;
  /** The window that dragging begins with, where the view has none; null for colour. */
  readonly usual: ShownView['window'];
  /** Whether the answers say that values were taken as they are. */
  readonly areAsStored: boolean;
  readonly onAnalyse: (view: ShownView) => void;
}

/**
 * A slider over the frames of a file, a window that is dragged, and what the file says of itself, below its picture.
 */
export function createViewControls(viewer: Viewer, file: ControlledFile): HTMLElement {
  const { pathOf, facts, analysed, usual, areAsStored, onAnalyse } = file;
  const named = { frames: facts.frames, usualWindow: nameUsualWindow(facts, areAsStored) };
  let shown = analysed;
  let wanted = analysed;
  const words = createElement('p', { class: 'soft small', role: 'status' });
  const again = createElement('button', { type: 'button', class: 'button plain' });
  const reset = createElement('button', { type: 'button', class: 'button plain' }, 'Reset the window');
  const slider = createElement('input', {
    ...{ type: 'range', min: 0, max: facts.frames - 1, value: analysed.frame, 'aria-label': 'Frame' },
    class: 'frames',
  });

  const say = (): void => {
    const isLoading = wanted !== shown;
    words.textContent = sayShown(isLoading ? { shown, analysed, loading: wanted } : { shown, analysed }, named);
    if (usual && !isLoading) words.append(' Drag over the picture to change the window.');
    slider.setAttribute('aria-valuetext', `${wanted.frame + 1} of ${facts.frames}`); // its value counts from 0
    again.textContent = shown.frame === analysed.frame ? 'Analyse by this window' : 'Analyse this frame';
    again.hidden = isSameView(shown, analysed);
    reset.hidden = wanted.window === null;
  };
  const show = (view: ShownView): void => {
    wanted = view;
    viewer.show(pathOf(view), view.frame === analysed.frame, (isShown) => {
      if (isShown) shown = view;
      else if (wanted === view) wanted = shown;
      slider.value = String(wanted.frame);
      say();
    });
    say();
  };
  slider.addEventListener('input', () => show({ ...wanted, frame: Number(slider.value) }));
  again.addEventListener('click', () => onAnalyse(shown));
  reset.addEventListener('click', () => show({ ...wanted, window: null }));
  if (usual) {
    let start = usual;
    viewer.onDrag(
      () => (start = wanted.window ?? usual),
      (dx, dy) => show({ ...wanted, window: dragWindow(start, dx, dy) }),
    );
  }
  say();
  return createElement(
    'div',
    { class: 'view' },
    ...(facts.frames > 1 ? [slider] : []),
    words,
    createElement('p', { class: 'actions' }, again, reset),
    ...describeFile(facts).map((sentence) => createElement('p', { class: 'soft small' }, sentence)),
  );
}
