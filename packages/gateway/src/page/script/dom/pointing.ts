import { createElement } from './create-element.js';

/** A place over a picture, as parts of its sides. */
export interface PicturePart {
  readonly x: number;
  readonly y: number;
}

export interface PointingHandlers {
  /** `isBeside`: with Shift, as "not this". */
  onPoint(at: PicturePart, isBeside: boolean): void;
  onBox(from: PicturePart, to: PicturePart): void;
  onUndo(): void;
  /** The picture that is shown is not the one that was analysed. */
  onOtherPicture(): void;
}

/** A shorter drag is a click of an unsteady hand. */
const LEAST_DRAG_PIXELS = 6;
/** Parts of the picture's sides that an arrow key moves the cross by; with Shift ten times as far. */
const STEP = 0.005;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Clicks and drags over `stage` while it has the class `pointing`; without a mouse, arrow keys move a cross, Enter puts
 * a point, and Backspace takes the last one back.
 */
export function watchPointing(stage: HTMLElement, handlers: PointingHandlers): void {
  const isOn = (): boolean => {
    if (!stage.classList.contains('pointing')) return false;
    const isOther = stage.classList.contains('bare');
    if (isOther) handlers.onOtherPicture();
    return !isOther;
  };
  const partOf = ({ clientX, clientY }: MouseEvent): PicturePart => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const drag = (down: PointerEvent): void => {
    if (down.button !== 0 || !isOn()) return;
    down.preventDefault(); // or the browser drags the picture
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(down.pointerId);
    const ended = new AbortController();
    const band = createElement('span', { class: 'prompt box', 'aria-hidden': 'true' });
    const isFar = (event: PointerEvent): boolean =>
      Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) >= LEAST_DRAG_PIXELS;
    const options = { signal: ended.signal };
    const move = (event: PointerEvent): void => {
      if (!isFar(event)) return;
      placeBox(band, partOf(down), partOf(event));
      stage.append(band);
    };
    const end = (event: PointerEvent): void => {
      ended.abort();
      band.remove();
      if (event.type === 'pointercancel') return;
      if (isFar(event)) handlers.onBox(partOf(down), partOf(event));
      else handlers.onPoint(partOf(down), down.shiftKey);
    };
    stage.addEventListener('pointermove', move, options);
    stage.addEventListener('pointerup', end, options);
    stage.addEventListener('pointercancel', end, options);
  };
  stage.addEventListener('pointerdown', drag);
  watchKeys(stage, isOn, handlers);
}

function watchKeys(
  stage: HTMLElement,
  isOn: () => boolean,
  handlers: Pick<PointingHandlers, 'onPoint' | 'onUndo'>,
): void {
  const cross = createElement('span', { class: 'cross', 'aria-hidden': 'true' });
  let at = { x: 0.5, y: 0.5 };
  const press = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if ((!arrow && event.key !== 'Enter' && event.key !== 'Backspace') || !isOn()) return;
    event.preventDefault();
    if (arrow) {
      const step = event.shiftKey ? 10 * STEP : STEP;
      at = { x: clamp(at.x + step * arrow[0]), y: clamp(at.y + step * arrow[1]) };
      cross.style.left = `${100 * at.x}%`;
      cross.style.top = `${100 * at.y}%`;
      stage.append(cross);
    } else if (event.key === 'Enter') handlers.onPoint(at, event.shiftKey);
    else handlers.onUndo();
  };
  stage.addEventListener('keydown', press);
  stage.addEventListener('blur', () => cross.remove());
}

/** Lays `element` over the picture between two opposite corners. */
export function placeBox(element: HTMLElement, one: PicturePart, other: PicturePart): void {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)].map(clamp);
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)].map(clamp);
  element.style.left = `${100 * left!}%`;
  element.style.top = `${100 * top!}%`;
  element.style.width = `${100 * (right! - left!)}%`;
  element.style.height = `${100 * (bottom! - top!)}%`;
}

function clamp(part: number): number {
  return Math.min(Math.max(part, 0), 1);
}
