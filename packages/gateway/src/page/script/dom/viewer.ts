import type { UploadedImage } from '../ask-gateway.js';
import { createLoader } from '../load-latest.js';
import type { Pixels } from '../paint.js';
import { createElement } from './create-element.js';

/** Pixels of a layer's longer side: enough for a fine outline on a large screen, whatever the image has. */
const LAYER_PIXELS = 1000;

const DRAWN_ON_BLACK = 'what was found is drawn on black.';
const FILE_FAILED = `This browser cannot show the format of this file: ${DRAWN_ON_BLACK}`;
const PREVIEW_FAILED = `The gateway could not draw this image: ${DRAWN_ON_BLACK}`;
const OTHER_FAILED = 'The gateway could not draw this view. The picture above is the one before it: try again.';

interface ShownPicture {
  readonly source: string;
  /** Whether what was found is about it. */
  readonly hasLayers: boolean;
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
  addPoint(place: { readonly x: number; readonly y: number }, colour: string): HTMLElement;
  /**
   * Another picture in place of the image's, once it is loaded; layers are hidden where they are not about it.
   */
  show(url: string, hasLayers: boolean): void;
  /** Dragging over the picture, told as parts of its sides from where it began. */
  onDrag(onStart: () => void, onMove: (dx: number, dy: number) => void): void;
}

/**
 * `url` is of the file itself, so that it need not come back from the gateway (a browser turns it by EXIF as the
 * gateway does), or of a preview that the gateway draws.
 */
export function createViewer({ width, height }: UploadedImage, url: string): Viewer {
  const stage = createElement('div', { class: 'stage' });
  const note = createElement('figcaption', { class: 'soft', role: 'status' });
  stage.style.aspectRatio = `${width} / ${height}`;
  stage.style.setProperty('--ratio', String(width / height)); // so that it may be as wide as keeps it in sight
  let shown: HTMLImageElement | undefined;
  const load = createLoader(({ source }: ShownPicture) => loadPicture(source), {
    show(picture, { hasLayers }) {
      picture.draggable = !stage.classList.contains('draggable');
      shown?.remove();
      stage.prepend(picture);
      shown = picture;
      stage.classList.toggle('bare', !hasLayers);
      note.textContent = '';
    },
    fail() {
      note.textContent = shown ? OTHER_FAILED : url.startsWith('blob:') ? FILE_FAILED : PREVIEW_FAILED;
    },
  });
  load({ source: url, hasLayers: true });

  const scale = LAYER_PIXELS / Math.max(width, height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return {
    element: createElement('figure', {}, stage, note),
    show: (source, hasLayers) => load({ source, hasLayers }),
    onDrag(onStart, onMove) {
      if (shown) shown.draggable = false;
      stage.classList.add('draggable');
      stage.addEventListener('pointerdown', ({ pointerId, clientX, clientY }) => {
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
