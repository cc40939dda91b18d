import { type Answer, type Outcome, type Zoo, ZooError } from '@medzoo/core';
import { EXPORT_FORMATS } from '@medzoo/export';
import { type Request, Router } from 'express';
import { parseLinkOutOfDomain, parseLinkParams, parseLinkView } from '../analysis/links.js';
import type { SeriesReadings } from '../reading/series/series-readings.js';
import type { SeriesAnalyses } from '../series/series-analyses.js';
import type { SeriesStore } from '../series/series-store.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { principalOf } from './principal-of.js';
import { viewOf } from './bodies/view-of.js';

type SeriesPath = Readonly<Record<'id' | 'head' | 'format', string>>;

export interface SeriesParts {
  readonly zoo: Zoo;
  readonly series: SeriesStore;
  readonly analyses: SeriesAnalyses;
  readonly readings: SeriesReadings;
}

/**
 * A head's answers about a whole series as one file, made when it is asked for: of the answers that are kept, or of
 * those that the request waits for.
 */
export function seriesRoutes({ zoo, series: store, analyses, readings }: SeriesParts): Router {
  return Router().get('/series/:id/heads/:head/exports/:format', async (request: Request<SeriesPath>, response) => {
    const { id, head, format } = request.params;
    const series = await store.get(id);
    const known = EXPORT_FORMATS.find((name) => name === format);
    if (!known || known === 'png' || known === 'sc') {
      const message = 'There is no such format of a series. Use links as `series.exports` gives them.';
      throw new ZooError('INVALID_PARAM', message, { details: { param: 'format' } });
    }
    const asker = { signal: abortOnHangUp(response), caller: principalOf(request).id };
    const { window } = parseLinkView(request.query.view) ?? {};
    const question = {
      ...{ series, request: { id: head, params: parseLinkParams(request.query.params) } },
      ...{ outOfDomain: parseLinkOutOfDomain(request.query.outOfDomain), ...(window && { window }) },
    };
    const outcomes = await analyses.run(question, asker);
    if (known !== 'csv') checkIsWhole(outcomes);
    const described = zoo.heads.find(({ manifest }) => manifest.id === head)!;
    const made = await readings.export({ series, format: known, head: described, outcomes }, asker);
    response.setHeader('cache-control', 'private, no-store'); // DICOM objects have fresh UIDs each time
    response.attachment(`${series.id.slice(0, 12)}.${head}.${made.ending}`);
    response.type(made.mediaType).send(viewOf(made.content));
  });
}

/** A frame that a head refuses is refused again. */
function sayNext(failed: readonly { readonly error: ZooError }[]): string {
  const areRefused = failed.every(({ error }) => error.code === 'OUT_OF_DOMAIN');
  return `${areRefused ? 'Ask with outOfDomain: WARN' : 'Ask again'}, or make a series without them`;
}

/** A file without the frames that failed would say that nothing is there. */
function checkIsWhole(outcomes: readonly Outcome<Answer>[]): void {
  const failed = outcomes.flatMap((outcome, index) => (outcome.ok ? [] : [{ index, error: outcome.error }]));
  const [first] = failed;
  if (!first) return;
  if (failed.length === outcomes.length) throw first.error;
  const which = failed.slice(0, 5).map(({ index }) => index);
  const message =
    `No answer on ${failed.length} of ${outcomes.length} frames (frame ${which.join(', ')}` +
    `${failed.length > 5 ? ', …' : ''}; the first: ${first.error.code}). ${sayNext(failed)}; CSV lists them.`;
  const code = first.error.blame === 'caller' ? first.error.code : 'BUSY';
  throw new ZooError(code, message, { details: { failed: failed.length, frames: outcomes.length } });
}
