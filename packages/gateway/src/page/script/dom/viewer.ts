import type { UploadedImage } from '../ask-gateway.js';
import type { Pixels } from '../paint.js';
import { createElement } from './create-element.js';

/** Pixels of a layer's longer side: enough for a fine outline on a large screen, whatever the image has. */
const LAYER_PIXELS = 1000;

/** The image with pictures over it, each to be shown and hidden by itself. */
export interface Viewer {
  readonly element: HTMLElement;
  /**
   * Adds a picture of the gateway, stretched over the image, after `paint` turned its grey into colour; masks lie over
   * heat maps.
   */
  addLayer(kind: 'mask' | 'heat', picture: Blob, paint: (pixels: Pixels) => void): Promise<HTMLElement>;
  /** Another picture in place of the image's; layers are hidden where they are not about it. */
  show(url: string, hasLayers: boolean): void;
  /** Dragging over the picture, told as parts of its sides from where it began. */
  onDrag(onStart: () => void, onMove: (dx: number, dy: number) => void): void;
}

/**
 * `url` is of the file itself, so that it need not come back from the gateway; a browser turns it by EXIF as the
 * gateway does.
 */
export function createViewer({ width, height }: UploadedImage, url: string): Viewer {
  const image = createElement('img', { alt: 'The image that was analysed' });
  const stage = createElement('div', { class: 'stage' }, image);
  const note = createElement('figcaption', { class: 'soft' });
  stage.style.aspectRatio = `${width} / ${height}`;
  stage.style.setProperty('--ratio', String(width / height)); // so that it may be as wide as keeps it in sight
  image.addEventListener('error', () => {
    image.remove();
    note.textContent = 'This browser cannot show the format of this file: what was found is drawn on black.';
  });
  const loader = createLoader(image);
  loader.load(url);

  const scale = LAYER_PIXELS / Math.max(width, height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return {
    element: createElement('figure', {}, stage, note),
    show(next, hasLayers) {
      stage.classList.toggle('bare', !hasLayers);
      loader.load(next);
    },
    onDrag(onStart, onMove) {
      image.draggable = false;
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

/**
 * Loads one picture at a time and then the latest that was asked for: dragging asks for more than a gateway should
 * draw.
 */
function createLoader(image: HTMLImageElement): { load(url: string): void } {
  let isLoading = false;
  let next: string | undefined;
  const start = (url: string): void => {
    isLoading = true;
    image.src = url;
  };
  const done = (): void => {
    isLoading = false;
    const url = next;
    next = undefined;
    if (url !== undefined) start(url);
  };
  image.addEventListener('load', done);
  image.addEventListener('error', done);
  return {
    load(url) {
      if (isLoading) next = url;
      else start(url);
    },
  };
}
