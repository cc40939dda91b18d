import { type ImageView, type OutOfDomain, ZooError } from '@medzoo/core';
import { findExcess } from '../json-bounds.js';

/** Params as a caller gave them; the zoo checks them. */
export type GivenParams = Readonly<Record<string, unknown>>;

/** Params are points and lists of labels: nothing deep. */
const PARAMS_BOUNDS = { maxDepth: 16, maxValues: 10_000 };

export function imageUrl(imageId: string): string {
  return `/images/${imageId}`;
}

/** What of a question changes its pictures, besides the head and its params. */
export interface LinkOptions {
  readonly view?: ImageView | undefined;
  readonly outOfDomain?: OutOfDomain | undefined;
}

/** A link holds all that is needed to make its picture again, so it stays good as long as the image is stored. */
export function maskUrl(
  imageId: string,
  headId: string,
  label: string,
  params: GivenParams,
  options?: LinkOptions,
): string {
  return `${headPath(imageId, headId)}/masks/${encodeURIComponent(label)}.png${queryOf(params, options)}`;
}

/** As `maskUrl`, for a classification's heat map. */
export function heatMapUrl(imageId: string, headId: string, params: GivenParams, options?: LinkOptions): string {
  return `${headPath(imageId, headId)}/heat-map.png${queryOf(params, options)}`;
}

/** As `maskUrl`, for a file of an answer. */
export function exportUrl(
  imageId: string,
  headId: string,
  format: string,
  params: GivenParams,
  options?: LinkOptions,
): string {
  return `${headPath(imageId, headId)}/exports/${format}${queryOf(params, options)}`;
}

/** As `exportUrl`, of the answers about a whole series. */
export function seriesExportUrl(
  seriesId: string,
  headId: string,
  format: string,
  params: GivenParams,
  options?: LinkOptions,
): string {
  return `/series/${seriesId}/heads/${encodeURIComponent(headId)}/exports/${format}${queryOf(params, options)}`;
}

/** A picture of a frame of the image itself. */
export function previewUrl(imageId: string, { frame, window }: ImageView = {}): string {
  const query = Object.entries({ frame, ...window })
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&');
  return `${imageUrl(imageId)}/preview.png${query === '' ? '' : `?${query}`}`;
}

/** The params of a link, `encoded` being what stands behind `params=`; throws INVALID_PARAM. */
export function parseLinkParams(encoded: unknown): GivenParams {
  return parseLinkObject('params', encoded);
}

/** The view of a link, in the same way; the zoo checks what is in it. */
export function parseLinkView(encoded: unknown): ImageView | undefined {
  return encoded === undefined ? undefined : parseLinkObject('view', encoded);
}

/** Whether a link shows what is out of domain; throws INVALID_PARAM. */
export function parseLinkOutOfDomain(given: unknown): OutOfDomain {
  if (given === undefined) return 'refuse';
  if (given === 'refuse' || given === 'warn') return given;
  throw new ZooError(
    'INVALID_PARAM',
    'The link\'s "outOfDomain" must be refuse or warn. Use links as they were given.',
    {
      details: { param: 'outOfDomain' },
    },
  );
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

function queryOf(params: GivenParams, { view = {}, outOfDomain }: LinkOptions = {}): string {
  const parts = Object.entries({ params, view })
    .filter(([, value]) => Object.keys(value).length > 0)
    .map(([name, value]) => `${name}=${Buffer.from(JSON.stringify(value)).toString('base64url')}`);
  if (outOfDomain === 'warn') parts.push('outOfDomain=warn');
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
