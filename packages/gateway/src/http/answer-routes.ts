import { createHash } from 'node:crypto';
import { type Zoo, ZooError } from '@medzoo/core';
import { type Request, type RequestHandler, Router } from 'express';
import type { HeadRequest, ImageAnalysis } from '../analysis/image-analysis.js';
import { findFault, sizeOfFrame } from '../analysis/check-request.js';
import { type LinkOptions, parseLinkOutOfDomain, parseLinkParams, parseLinkView } from '../analysis/links.js';
import type { MaskPictures } from '../analysis/mask-pictures.js';
import { openFilesOf, pictureKey } from '../analysis/picture-key.js';
import type { ImageStore } from '../images/image-store.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { encodeHeatMap } from './encode-heat-map.js';
import { principalOf } from './principal-of.js';
import { viewOf } from './bodies/view-of.js';

type HeadPath = Readonly<Record<'id' | 'head', string>>;
type MaskPath = Readonly<Record<'id' | 'head' | 'label', string>>;

/** What the pictures of answers are made with. */
export interface AnswerParts {
  readonly zoo: Zoo;
  readonly images: ImageStore;
  readonly analysis: ImageAnalysis;
  readonly maskPictures: MaskPictures;
}

/**
 * The pictures of answers, made again from the embedding when they are asked for: a link stays good as long as its
 * image.
 */
export function answerRoutes({ zoo, images, analysis, maskPictures }: AnswerParts): Router {
  const requestOf = ({ params: { head }, query }: Request<HeadPath>): HeadRequest => {
    return { id: head, params: parseLinkParams(query.params) };
  };

  const optionsOf = ({ query }: Request<HeadPath>): LinkOptions => ({
    view: parseLinkView(query.view),
    outOfDomain: parseLinkOutOfDomain(query.outOfDomain),
  });

  /**
   * Throws what is wrong with the request. The image is looked up first: gone is gone, also for who has its pictures.
   */
  const keyOf = (request: Request<HeadPath>): { readonly key: string; readonly isFileKnown: boolean } => {
    const image = images.get(request.params.id);
    const { id, params } = requestOf(request);
    const options = optionsOf(request);
    const fault = findFault(zoo.heads, { id, params }, sizeOfFrame(image, options.view));
    if (fault) throw fault;
    const head = zoo.heads.find(({ manifest }) => manifest.id === id)!;
    const openFiles = openFilesOf(head, zoo.runtime());
    const key = pictureKey({ imageId: image.id, head, params, openFiles, ...options });
    return { key, isFileKnown: openFiles !== undefined };
  };

  /** Same answer, same picture: a browser that has it is told so before anything runs. */
  const revalidate: RequestHandler<HeadPath> = async (request, response, next) => {
    const { key, isFileKnown } = keyOf(request);
    await images.checkIsThere(images.get(request.params.id)); // its pictures may be in memory, here or at the client
    const etag = createHash('sha256').update(`${key} ${request.path}`).digest('base64url');
    if (isFileKnown) response.setHeader('etag', `"${etag}"`);
    response.setHeader('cache-control', 'private, no-cache');
    if (request.fresh) response.status(304).end();
    else next();
  };

  return Router()
    .get('/images/:id/heads/:head/masks/:label.png', revalidate, async (request: Request<MaskPath>, response) => {
      const { id, label } = request.params;
      const png = await maskPictures.draw(keyOf(request).key, label, {
        image: images.get(id),
        request: requestOf(request),
        ...optionsOf(request),
        caller: principalOf(request).id,
      });
      response.type('png').send(viewOf(png));
    })
    .get('/images/:id/heads/:head/heat-map.png', revalidate, async (request, response) => {
      const { id, head } = request.params;
      const { view, outOfDomain = 'refuse' } = optionsOf(request);
      const options = {
        signal: abortOnHangUp(response),
        caller: principalOf(request).id,
        outOfDomain,
        ...(view && { view }),
      };
      const { heatMap } = await analysis.analyzeAs('classification', images.get(id), requestOf(request), options);
      if (!heatMap) throw new ZooError('INVALID_PARAM', `The head "${head}" makes no heat map.`);
      response.type('png').send(await encodeHeatMap(heatMap));
    });
}
