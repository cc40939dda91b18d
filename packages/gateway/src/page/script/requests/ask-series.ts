import { sayReason } from '../answers/say-reason.js';
import type { OfferedFile } from './ask-gateway.js';
import { isRecord, noAnswer, PageError, readFault, strangeAnswer } from './fault.js';
import type { ShownWindow } from '../pictures/medical-view.js';

/** How far a whole series is, and what was measured when it is done. */
export interface SeriesProgress {
  readonly id: string;
  readonly state: 'RUNNING' | 'DONE' | 'CANCELLED' | 'FAILED';
  readonly message: string | null;
  readonly framesDone: number;
  readonly framesTotal: number;
  readonly framesFailed: number;
  /** Of these, for the kind of image. */
  readonly framesRefused: number;
  readonly volumes: readonly VolumeAnswer[];
}

export interface VolumeAnswer {
  readonly label: string;
  /** Of a file of several volumes: which, from 0. */
  readonly stack: number | null;
  readonly foundIn: number;
  readonly slices: number;
  /** In mm³. */
  readonly volume: number | null;
  readonly reason: string | null;
}

export interface SeriesAsked {
  readonly headId: string;
  readonly window: ShownWindow | null;
}

const PROGRESS = `id state message framesDone framesTotal framesFailed framesRefused
    volumes { label stack foundIn slices volume reason }`;
const START = `mutation StartSeries($id: ID!, $head: HeadRequest!, $window: Window) {
  asked: analyzeSeries(series: $id, head: $head, window: $window) { ${PROGRESS} }
}`;
const LOOK = `query LookSeries($id: ID!) { asked: seriesAnalysis(id: $id) { ${PROGRESS} } }`;
const CANCEL = `mutation CancelSeries($id: ID!) { asked: cancelSeriesAnalysis(id: $id) { ${PROGRESS} } }`;
const EXPORTS = `query SeriesExports($id: ID!, $head: HeadRequest!, $window: Window) {
  asked: series(id: $id) {
    exports(head: $head, formats: [SEG, RTSTRUCT, SR, NIFTI, GEOJSON, COCO, CSV], window: $window) { format url reason }
  }
}`;

/** The page's requests about a whole series. Each rejects with a `PageError`, or with the signal's reason. */
export interface SeriesRequests {
  start(seriesId: string, asked: SeriesAsked, signal: AbortSignal): Promise<SeriesProgress>;
  look(id: string, signal: AbortSignal): Promise<SeriesProgress>;
  cancel(id: string, signal: AbortSignal): Promise<SeriesProgress>;
  listExports(seriesId: string, asked: SeriesAsked, signal: AbortSignal): Promise<readonly OfferedFile[]>;
}

export function askSeries(origin: string): SeriesRequests {
  const ask = async (query: string, variables: object, signal: AbortSignal): Promise<unknown> => {
    let reply: unknown;
    let status = 0;
    try {
      const response = await fetch(new URL('/graphql', origin), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal,
      });
      ({ status } = response);
      reply = await response.json();
    } catch {
      signal.throwIfAborted();
      throw new PageError('query', status === 0 ? noAnswer() : strangeAnswer(status));
    }
    const fault = readFault(reply);
    if (fault) throw new PageError('query', fault.code === SERIES_GONE.code ? SERIES_GONE : fault);
    const asked = isRecord(reply) && isRecord(reply.data) ? reply.data.asked : undefined;
    if (isRecord(asked)) return asked;
    throw new PageError('query', asked === null ? SERIES_GONE : strangeAnswer(status));
  };
  const variablesOf = (id: string, { headId, window }: SeriesAsked): object => ({ id, head: { id: headId }, window });

  return {
    start: async (id, asked, signal) => (await ask(START, variablesOf(id, asked), signal)) as SeriesProgress,
    look: async (id, signal) => (await ask(LOOK, { id }, signal)) as SeriesProgress,
    cancel: async (id, signal) => (await ask(CANCEL, { id }, signal)) as SeriesProgress,
    async listExports(id, asked, signal) {
      const series = await ask(EXPORTS, variablesOf(id, asked), signal);
      return (series as { readonly exports: readonly OfferedFile[] }).exports;
    },
  };
}

const SERIES_GONE = {
  code: 'IMAGE_NOT_FOUND',
  message:
    'The gateway does not keep the series, or the answers about it, any more: a restart forgets them. Press Analyse ' +
    'again: that uploads it again.',
  retryable: true,
};

/** What follows "25 of 25" where some have no answer. */
export function describeUnanswered({
  framesFailed,
  framesRefused,
}: Pick<SeriesProgress, 'framesFailed' | 'framesRefused'>): string {
  const failed = framesFailed - framesRefused;
  return [
    ...(framesRefused > 0 ? [`, ${framesRefused} not answered, as they are not the head's kind of image`] : []),
    ...(failed > 0 ? [`, ${failed} without an answer: analyse again to ask for those`] : []),
  ].join('');
}

/** A target's volume in words. */
export function describeVolume({ label, stack, foundIn, slices, volume, reason }: VolumeAnswer): string {
  const found = `${label}${stack === null ? '' : `, volume ${stack + 1}`}: in ${foundIn} of ${slices} pictures`;
  if (volume === null) return `${found}; no volume: ${sayReason(reason ?? 'it was not measured.')}`;
  const size = volume >= 1000 ? `${(volume / 1000).toFixed(1)} ml` : `${volume.toFixed(1)} mm³`;
  return `${found}, ${size}`;
}
