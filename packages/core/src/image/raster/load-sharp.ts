import type sharp from 'sharp';
import { ZooError } from '../../contract/index.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

let loading: Promise<typeof sharp> | undefined;

/**
 * What reads raster files. It is loaded when first needed: that takes .1 s, and a program may never need it. Rejects
 * with BACKEND_UNAVAILABLE where it is not installed for this machine, for which no image is to blame.
 */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import('sharp').then((module) => module.default, explain);
  return loading;
}

function explain(cause: unknown): never {
  const why = describeThrown(cause).split('\n')[0]!.replace(/[.:]$/, '');
  throw new ZooError(
    'BACKEND_UNAVAILABLE',
    `The package sharp, which reads and writes PNG, JPEG, WebP and TIFF, cannot be loaded here: ${why}. Install it ` +
      'again on this machine, and not with --omit=optional.',
    { cause },
  );
}
