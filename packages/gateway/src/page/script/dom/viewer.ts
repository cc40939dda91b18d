import type { UploadedImage } from '../requests/read-upload.js';
import { createLoader } from '../requests/load-latest.js';
import type { Pixels } from '../pictures/paint.js';
import type { Box, Place } from '../prompts/prompts.js';
import { createElement } from './create-element.js';
import { placeBox, type PointingHandlers, watchPointing } from './pointing.js';

/** Pixels of a layer's longer side: enough for a fine outline on a large screen, whatever the image has. */
const LAYER_PIXELS = 1000;

const DRAWN_ON_BLACK = 'what was found is drawn on black.';
const FILE_FAILED = `This browser cannot show the format of this file: ${DRAWN_ON_BLACK}`;
const PREVIEW_FAILED = `The gateway could not draw this image: ${DRAWN_ON_BLACK}`;
const OTHER_FAILED =
  'The gateway could not draw that view. The picture above is the one before it: try again, or press Analyse, which ' +
  'sends the file again.';
const POINTING_LABEL =
  'Picture to point at: arrow keys move a cross, Enter puts a point, Shift and Enter one beside the object, ' +
  'Backspace takes the last one back.';

interface ShownPicture {
  readonly source: string;
  /** Whether what was found is about it. */
  readonly hasLayers: boolean;
  /** Told once it is shown, or cannot be; not if a later one was asked for before it was loaded. */
  readonly onEnd: (isShown: boolean) => void;
}

/** The image with pictures over it, each to be shown and hidden by itself. */
export interface Viewer {
  readonly element: HTMLElement;
  /**
   * Adds a picture of the gateway, stretched over the image, after `paint` turned its grey into colour; masks lie over
   * heat maps.
   */
  addLayer(kind: 'mask' | 'heat', picture: Blob, paint: (pixels: Pixels) => void): Promise<HTMLElement>;
  /** Adds a ring about a place in image pixels. */
  addPoint(place: Place, colour: string): HTMLElement;
  /** Adds what a head was shown, in image pixels: a box, or a point on or beside what is meant. */
  addPrompt(kind: 'on' | 'beside' | 'box', place: Place | Box): HTMLElement;
  /**
   * Another picture in place of the image's, once it is loaded; layers are hidden where they are not about it. `onEnd`
   * is told whether it is shown; it is told nothing of a picture that a later one overtook.
   */
  show(url: string, hasLayers: boolean, onEnd: (isShown: boolean) => void): void;
  /** Dragging over the picture, told as parts of its sides from where it began. */
  onDrag(onStart: () => void, onMove: (dx: number, dy: number) => void): void;
  /**
   * Clicks and drags over the picture become prompts, told to `pointing` and no more to whom they were told before; to
   * nobody if left out.
   */
  setPointing(pointing?: Pointing): void;
}

export interface Pointing extends PointingHandlers {
  /** Another one is told from now on, or nobody. */
  onEnd(): void;
}

/**
 * `url` is of the file itself, so that it need not come back from the gateway (a browser turns it by EXIF as the
 * gateway does), or of a preview that the gateway draws.
 */
export function createViewer({ width, height }: UploadedImage, url: string): Viewer {
  const stage = createElement('div', { class: 'stage' });
  const note = createElement('p', { class: 'soft', role: 'status' });
  stage.style.aspectRatio = `${width} / ${height}`;
  stage.style.setProperty('--ratio', String(width / height)); // so that it may be as wide as keeps it in sight
  let shown: HTMLImageElement | undefined;
  const load = createLoader(({ source }: ShownPicture) => loadPicture(source), {
    show(picture, { hasLayers, onEnd }) {
      picture.draggable = !stage.classList.contains('draggable');
      shown?.remove();
      stage.prepend(picture);
      shown = picture;
      stage.classList.toggle('bare', !hasLayers);
      note.textContent = '';
      onEnd(true);
    },
    fail({ onEnd }) {
      note.textContent = shown ? OTHER_FAILED : url.startsWith('blob:') ? FILE_FAILED : PREVIEW_FAILED;
      onEnd(false);
    },
  });
  load({ source: url, hasLayers: true, onEnd: () => undefined });

  let pointing: Pointing | undefined;
  watchPointing(stage, {
    onPoint: (...told) => pointing?.onPoint(...told),
    onBox: (...told) => pointing?.onBox(...told),
    onUndo: () => pointing?.onUndo(),
    onOtherPicture: () => pointing?.onOtherPicture(),
  });

  const scale = LAYER_PIXELS / Math.max(width, height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return {
    element: createElement('figure', {}, stage, note),
    show: (source, hasLayers, onEnd) => load({ source, hasLayers, onEnd }),
    onDrag(onStart, onMove) {
      if (shown) shown.draggable = false;
      stage.classList.add('draggable');
      stage.addEventListener('pointerdown', ({ pointerId, clientX, clientY }) => {
        if (pointing) return;
        stage.setPointerCapture(pointerId);
        onStart();
        const move = (event: PointerEvent): void => {
          onMove((event.clientX - clientX) / stage.clientWidth, (event.clientY - clientY) / stage.clientHeight);
        };
        stage.addEventListener('pointermove', move);
        const end = (): void => stage.removeEventListener('pointermove', move);
        stage.addEventListener('pointerup', end, { once: true });
        stage.addEventListener('pointercancel', end, { once: true });
      });
    },
    addPoint(place, colour) {
      const ring = createElement('span', { class: 'point', 'aria-hidden': 'true' });
      ring.style.setProperty('--colour', colour);
      ring.style.left = `${(100 * place.x) / width}%`;
      ring.style.top = `${(100 * place.y) / height}%`;
      stage.append(ring);
      return ring;
    },
    addPrompt(kind, place) {
      const mark = createElement('span', { class: `prompt ${kind}`, 'aria-hidden': 'true' });
      const { width: w, height: h } = { width: 0, height: 0, ...place };
      const end = { x: (place.x + w) / width, y: (place.y + h) / height };
      placeBox(mark, { x: place.x / width, y: place.y / height }, end);
      stage.append(mark);
      return mark;
    },
    setPointing(next) {
      pointing?.onEnd();
      pointing = next;
      stage.classList.toggle('pointing', next !== undefined);
      if (next) {
        stage.tabIndex = 0;
        stage.setAttribute('role', 'application');
        stage.setAttribute('aria-label', POINTING_LABEL);
      } else for (const name of ['tabindex', 'role', 'aria-label']) stage.removeAttribute(name);
    },
    async addLayer(kind, picture, paint) {
      const bitmap = await createImageBitmap(picture);
      const canvas = createElement('canvas', { ...size, class: kind, 'aria-hidden': 'true' });
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, 0, 0, size.width, size.height);
      bitmap.close();
      const pixels = context.getImageData(0, 0, size.width, size.height);
      paint(pixels);
      context.putImageData(pixels, 0, 0);
      stage.append(canvas);
      return canvas;
    },
  };
}

/** Rejects if the browser cannot show it. */
async function loadPicture(source: string): Promise<HTMLImageElement> {
  const picture = createElement('img', { alt: 'The image that was analysed', src: source });
  await picture.decode();
  return picture;
}
