import {
  checkParams,
  checkPromptsInImage,
  didYouMean,
  type HeadDescription,
  type ImageView,
  isZooError,
  type ParamSpecs,
  type Size,
  ZooError,
} from '@medzoo/core';
import type { StoredImage } from '../images/stored-image.js';
import type { HeadRequest } from './image-analysis.js';

/** Longer ids are none of ours, and are not repeated in full. */
const MOST_ID_CHARACTERS = 100;

/**
 * The size of the frame that a view asks for. Undefined for all pages of a TIFF but one: they may differ in size, and
 * of one it is known.
 */
export function sizeOfFrame(image: StoredImage, { frame = image.frame }: ImageView = {}): Size | undefined {
  return image.format === 'tiff' && frame !== image.frame ? undefined : image;
}

/**
 * What is wrong with one of a request's heads, before the zoo is asked: UNKNOWN_HEAD or INVALID_PARAM, undefined if
 * nothing is. The zoo would refuse all heads for it, and the others are to be answered. Points and boxes are held
 * against `size` if it is known.
 */
export function findFault(
  heads: readonly HeadDescription[],
  { id, params }: HeadRequest,
  size: Size | undefined,
): ZooError | undefined {
  const head = heads.find(({ manifest }) => manifest.id === id);
  if (!head) return unknownHead(id, heads);
  const long = Object.keys(params).find((name) => name.length > MOST_ID_CHARACTERS);
  if (long !== undefined) return new ZooError('INVALID_PARAM', `There is no param "${shownId(long)}".`);
  const specs = head.manifest.params;
  try {
    const checked = checkParams(specs, params, head.trained.labels);
    if (size) checkPromptsInImage(specs, checked, size);
    return undefined;
  } catch (error) {
    if (isZooError(error)) return error;
    throw error;
  }
}

/** Whether a head may be given points or a box. */
export function takesPrompts(heads: readonly HeadDescription[], { id }: HeadRequest): boolean {
  return Object.values(specsOf(heads, id)).some(({ type }) => type === 'points' || type === 'box');
}

/** Whether an error is about a param of the request's head, and not about the image or an option. */
export function isAboutParam(
  heads: readonly HeadDescription[],
  { id }: HeadRequest,
  error: unknown,
): error is ZooError {
  if (!isZooError(error) || error.code !== 'INVALID_PARAM') return false;
  const { param } = error.details;
  return typeof param === 'string' && Object.hasOwn(specsOf(heads, id), param);
}

function specsOf(heads: readonly HeadDescription[], id: string): ParamSpecs {
  return heads.find(({ manifest }) => manifest.id === id)?.manifest.params ?? {};
}

/** An id or a name as it may be repeated to who sent it. */
export function shownId(id: string): string {
  return id.length > MOST_ID_CHARACTERS ? `${id.slice(0, MOST_ID_CHARACTERS)}…` : id;
}

function unknownHead(id: string, heads: readonly HeadDescription[]): ZooError {
  const known = heads.map(({ manifest }) => manifest.id);
  const hint = id.length > MOST_ID_CHARACTERS ? '' : didYouMean(id, known);
  return new ZooError('UNKNOWN_HEAD', `There is no head "${shownId(id)}". There are ${known.join(', ')}.${hint}`, {
    details: { known },
  });
}
