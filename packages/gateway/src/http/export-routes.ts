import { type Zoo, ZooError } from '@medzoo/core';
import { EXPORT_FORMATS } from '@medzoo/export';
import { type Request, Router } from 'express';
import type { ImageAnalysis } from '../analysis/image-analysis.js';
import { parseLinkOutOfDomain, parseLinkParams, parseLinkView } from '../analysis/links.js';
import type { ImageStore } from '../images/image-store.js';
import type { StoredReadings } from '../reading/stored-readings.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { principalOf } from './principal-of.js';
import { viewOf } from './bodies/view-of.js';

type ExportPath = Readonly<Record<'id' | 'head' | 'format', string>>;

export interface ExportParts {
  readonly zoo: Zoo;
  readonly images: ImageStore;
  readonly analysis: ImageAnalysis;
  readonly readings: StoredReadings;
}

/** Answers as files that are made when they are asked for, so that a link stays good as long as its image. */
export function exportRoutes({ zoo, images, analysis, readings }: ExportParts): Router {
  return Router().get('/images/:id/heads/:head/exports/:format', async (request: Request<ExportPath>, response) => {
    const { id, head, format } = request.params;
    const image = images.get(id);
    const known = EXPORT_FORMATS.find((name) => name === format);
    if (!known) {
      const message = `There is no such format. There are ${EXPORT_FORMATS.join(', ')}.`;
      throw new ZooError('INVALID_PARAM', message, { details: { param: 'format' } });
    }
    const signal = abortOnHangUp(response);
    const asked = { id: head, params: parseLinkParams(request.query.params) };
    const view = parseLinkView(request.query.view) ?? {};
    const outOfDomain = parseLinkOutOfDomain(request.query.outOfDomain);
    const asker = { signal, caller: principalOf(request).id };
    const options = { view, outOfDomain, ...asker };
    const [outcome] = await analysis.analyze(image, [asked], options);
    if (!outcome?.ok) throw outcome?.error ?? new Error('The zoo gave no outcome.');
    const { value, provenance } = outcome;
    const described = zoo.heads.find(({ manifest }) => manifest.id === head)!;
    const made = await readings.export({ image, view, format: known, head: described, value, provenance }, asker);
    response.setHeader('cache-control', 'private, no-store'); // DICOM objects have fresh UIDs each time
    const { frame, frames } = provenance.view;
    const which = frames > 1 ? `.frame${frame}` : ''; // files of several frames lie side by side
    response.attachment(`${image.id.slice(0, 12)}.${head}${which}.${made.ending}`);
    response.type(made.mediaType).send(viewOf(made.content));
  });
}
