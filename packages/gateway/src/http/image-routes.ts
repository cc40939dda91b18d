import { isZooError, ZooError } from '@medzoo/core';
import { type Request, type Response, Router } from 'express';
import { imageUrl } from '../analysis/links.js';
import type { ImageStore } from '../images/image-store.js';
import type { ImageUploads } from '../images/image-uploads.js';
import { discardRest, mostUploadBytes, uploadTooLarge } from '../images/receive-upload.js';
import { mediaTypeOf, type StoredImage } from '../images/stored-image.js';
import type { GatewaySettings } from '../settings.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { receiveBody } from './bodies/receive-body.js';
import { principalOf } from './principal-of.js';

/** Of a body that curl is told no type of, by -d and by --data-binary alike. */
const CURLS_OWN_TYPE = 'application/x-www-form-urlencoded';

/** Upload, and the picture itself: an image is content, named by its digest, so it may be cached for good. */
export function imageRoutes(uploads: ImageUploads, images: ImageStore, settings: GatewaySettings): Router {
  const router = Router();

  router.post('/images', async (request, response) => {
    const signal = abortOnHangUp(response);
    refuseTooLarge(request, response, settings);
    const received = await receiveBody(request, response, settings, async () => {
      checkIsNoForm(request);
      try {
        return await uploads.receiveAny(request, { caller: principalOf(request).id, signal });
      } catch (error) {
        throw tellOfTransfer(error, request);
      }
    });
    if ('image' in received) {
      response.status(received.isNew ? 201 : 200).location(imageUrl(received.image.id));
      response.json(describeStored(received.image));
    } else {
      const { images: stored, ...rest } = received;
      response.status(201).json({ images: stored.map(describeStored), ...rest });
    }
  });

  router.get('/images/:id', async (request, response, next) => {
    const image = images.get(request.params.id);
    await images.checkIsThere(image); // a client may have the file
    response.setHeader('etag', `"${image.id}"`);
    response.setHeader('cache-control', 'private, max-age=31536000, immutable');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const asker = { caller: principalOf(request).id, signal: abortOnHangUp(response) };
    const path = await images.toLocalFile(image, asker);
    response.setHeader('content-type', mediaTypeOf(image));
    response.setHeader('content-security-policy', "default-src 'none'; sandbox");
    const options = { cacheControl: false, etag: false, lastModified: false, dotfiles: 'allow' } as const;
    response.sendFile(path, options, (error?: Error) => {
      if (error) next(images.toFault(image, error));
    });
  });

  return router;
}

function describeStored(image: StoredImage): Readonly<Record<string, string | number>> {
  const { id, width, height, bytes, frames, frame } = image;
  return { id, width, height, bytes, mediaType: mediaTypeOf(image), ...(frames > 1 && { frames, frame }) };
}

/**
 * Refuses a body that declares too many bytes before it comes: on a slow line, receiving as many as may be takes
 * minutes. A client that goes on sending may send no more than otherwise. A connection that closes with the answer is
 * read to its end first.
 */
function refuseTooLarge(request: Request, response: Response, settings: GatewaySettings): void {
  const most = mostUploadBytes(settings);
  if (!response.shouldKeepAlive || Number(request.get('content-length') ?? 0) <= most) return;
  void discardRest(request, most + settings.maxImageBytes);
  throw uploadTooLarge(most);
}

/**
 * A form's body begins with a boundary and a file name, not like an image: easy to send by mistake, so it is told
 * apart.
 */
function checkIsNoForm(request: Request): void {
  if (!request.is('multipart/form-data')) return;
  const message = 'This is a form. Send the file itself as the body: curl --data-binary @image.png URL.';
  throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: 'multipart/form-data' } });
}

/** The file may be sound and only its way here not: says so where a header gives a hint of it. */
function tellOfTransfer(error: unknown, request: Request): unknown {
  const hint = hintOf(request);
  if (hint === undefined || !isZooError(error)) return error;
  const { code, message, details } = error;
  if (code !== 'INVALID_IMAGE' && code !== 'UNSUPPORTED_FORMAT') return error;
  return new ZooError(code, `${message} ${hint}`, { details });
}

function hintOf(request: Request): string | undefined {
  const encoding = request.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return 'A Content-Encoding of an upload is not undone: send the file as it is.';
  // `curl -d @image.png` looks right, and takes line ends and zeros out of the file.
  return request.is(CURLS_OWN_TYPE) ? 'With curl use --data-binary @FILE: -d changes the file.' : undefined;
}
