import type { Box, Point, PreprocessSpec, Size } from '../../contract/index.js';

/** How an image lies in a model's input: all of `image` covers the top left `content` of `model`. */
export interface Geometry {
  readonly image: Size;
  readonly model: Size;
  /** In model pixels; equals `model` when stretched. */
  readonly content: Size;
}

/**
 * Where an image of this size lies in the encoder's input; letterboxed content is rounded to whole pixels, as in SAM.
 */
export function fitImage(image: Size, { size: model, fit }: Pick<PreprocessSpec, 'size' | 'fit'>): Geometry {
  if (fit === 'stretch') return { image, model, content: model };
  const scale = Math.min(model.width / image.width, model.height / image.height);
  const scaled = (length: number): number => Math.max(1, Math.floor(length * scale + 0.5));
  return { image, model, content: { width: scaled(image.width), height: scaled(image.height) } };
}

export function pointToModel({ x, y }: Point, { image, content }: Geometry): Point {
  return { x: (x * content.width) / image.width, y: (y * content.height) / image.height };
}

export function pointToImage({ x, y }: Point, { image, content }: Geometry): Point {
  return { x: (x * image.width) / content.width, y: (y * image.height) / content.height };
}

export function boxToModel({ x, y, width, height }: Box, geometry: Geometry): Box {
  const corner = pointToModel({ x, y }, geometry);
  const extent = pointToModel({ x: width, y: height }, geometry);
  return { ...corner, width: extent.x, height: extent.y };
}

export function boxToImage({ x, y, width, height }: Box, geometry: Geometry): Box {
  const corner = pointToImage({ x, y }, geometry);
  const extent = pointToImage({ x: width, y: height }, geometry);
  return { ...corner, width: extent.x, height: extent.y };
}
