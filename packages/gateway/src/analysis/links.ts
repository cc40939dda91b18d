import { ZooError } from '@medzoo/core';

/** Params as a caller gave them; the zoo checks them. */
export type GivenParams = Readonly<Record<string, unknown>>;

export function imageUrl(imageId: string): string {
  return `/images/${imageId}`;
}

/** A link holds all that is needed to make its picture again, so it stays good as long as the image is stored. */
export function maskUrl(imageId: string, headId: string, label: string, params: GivenParams): string {
  return `${headPath(imageId, headId)}/masks/${encodeURIComponent(label)}.png${queryOf(params)}`;
}

/** As `maskUrl`, for a classification's heat map. */
export function heatMapUrl(imageId: string, headId: string, params: GivenParams): string {
  return `${headPath(imageId, headId)}/heat-map.png${queryOf(params)}`;
}

/** The params of a link, `encoded` being what stands behind `params=`; throws INVALID_PARAM. */
export function parseLinkParams(encoded: unknown): GivenParams {
  if (encoded === undefined) return {};
  const params =
    typeof encoded === 'string' ? parseJson(Buffer.from(encoded, 'base64url').toString('utf8')) : undefined;
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params as GivenParams;
  const expected = 'a JSON object in base64url. Use links as they were given';
  throw new ZooError('INVALID_PARAM', `The link's "params" must be ${expected}.`, { details: { param: 'params' } });
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

function queryOf(params: GivenParams): string {
  if (Object.keys(params).length === 0) return '';
  return `?params=${Buffer.from(JSON.stringify(params)).toString('base64url')}`;
}
