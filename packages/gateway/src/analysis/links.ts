import { type ImageView, ZooError } from '@medzoo/core';
import { findExcess } from '../json-bounds.js';

/** Params as a caller gave them; the zoo checks them. */
export type GivenParams = Readonly<Record<string, unknown>>;

/** Params are points and lists of labels: nothing deep. */
const PARAMS_BOUNDS = { maxDepth: 16, maxValues: 10_000 };

export function imageUrl(imageId: string): string {
  return `/images/${imageId}`;
}

/** A link holds all that is needed to make its picture again, so it stays good as long as the image is stored. */
export function maskUrl(imageId: string, headId: string, label: string, params: GivenParams, view?: ImageView): string {
  return `${headPath(imageId, headId)}/masks/${encodeURIComponent(label)}.png${queryOf(params, view)}`;
}

/** As `maskUrl`, for a classification's heat map. */
export function heatMapUrl(imageId: string, headId: string, params: GivenParams, view?: ImageView): string {
  return `${headPath(imageId, headId)}/heat-map.png${queryOf(params, view)}`;
}

/** The params of a link, `encoded` being what stands behind `params=`; throws INVALID_PARAM. */
export function parseLinkParams(encoded: unknown): GivenParams {
  return parseLinkObject('params', encoded);
}

/** The view of a link, in the same way; the zoo checks what is in it. */
export function parseLinkView(encoded: unknown): ImageView | undefined {
  return encoded === undefined ? undefined : parseLinkObject('view', encoded);
}

function parseLinkObject(param: string, encoded: unknown): GivenParams {
  if (encoded === undefined) return {};
  const value = typeof encoded === 'string' ? parseJson(Buffer.from(encoded, 'base64url').toString('utf8')) : undefined;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && findExcess(value, PARAMS_BOUNDS) === undefined) return value as GivenParams;
  const expected = 'a JSON object in base64url. Use links as they were given';
  throw new ZooError('INVALID_PARAM', `The link's "${param}" must be ${expected}.`, { details: { param } });
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function headPath(imageId: string, headId: string): string {
  return `${imageUrl(imageId)}/heads/${encodeURIComponent(headId)}`;
}

function queryOf(params: GivenParams, view: ImageView = {}): string {
  const parts = Object.entries({ params, view })
    .filter(([, value]) => Object.keys(value).length > 0)
    .map(([name, value]) => `${name}=${Buffer.from(JSON.stringify(value)).toString('base64url')}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
