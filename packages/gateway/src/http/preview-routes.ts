import { createHash } from 'node:crypto';
import { imageKey, type ImageView, ZooError } from '@medzoo/core';
import { type Request, Router } from 'express';
import type { ImageStore } from '../images/image-store.js';
import { packageVersion } from '../package-version.js';
import type { StoredReadings } from '../reading/stored-readings.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { principalOf } from './principal-of.js';
import { viewOf } from './bodies/view-of.js';

type ImagePath = Readonly<Record<'id', string>>;

/** Any frame of an image as a PNG, by any window: browsers show neither DICOM nor TIFF, and of 16 bits eight. */
export function previewRoutes(images: ImageStore, readings: StoredReadings): Router {
  return Router().get('/images/:id/preview.png', async (request: Request<ImagePath>, response) => {
    const image = images.get(request.params.id);
    await images.checkIsThere(image); // the picture may be in memory, here or at the client
    const view = readView(request.query);
    // A picture that this version of the gateway draws, not the file: a later one may draw it better.
    const digest = createHash('sha256').update(imageKey(image.id, view)).digest('base64url');
    response.setHeader('etag', `"${packageVersion}-${digest}"`);
    response.setHeader('cache-control', 'private, no-cache');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const asker = { caller: principalOf(request).id, signal: abortOnHangUp(response) };
    const png = await readings.preview(image, { frame: image.frame, ...view }, asker);
    response.type('png').send(viewOf(png));
  });
}

/** `?frame=3&center=40&width=400&function=LINEAR`; what is in it is checked where it is used. */
function readView({ frame, center, width, function: shape }: Request['query']): ImageView {
  const isWindow = center !== undefined || width !== undefined || shape !== undefined;
  return {
    ...(frame !== undefined && { frame: readNumber('frame', frame) }),
    ...(isWindow && {
      window: {
        center: readNumber('center', center),
        width: readNumber('width', width),
        ...(shape !== undefined && { function: shape as 'LINEAR' }),
      },
    }),
  };
}

function readNumber(name: string, text: unknown): number {
  const value = typeof text === 'string' && text.trim() !== '' && text.length <= 32 ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new ZooError('INVALID_PARAM', `${name} must be a number, such as ${name}=40.`, { details: { param: name } });
}
