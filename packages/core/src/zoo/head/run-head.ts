import {
  describeModalityMismatch,
  type AnalyzeOptions,
  type Answer,
  type Outcome,
  type Session,
  type Tensors,
} from '../../contract/index.js';
import type { FindDomains, ImageDomains } from '../../domain/head-domains.js';
import { feedModel } from '../../model/head/feed-model.js';
import { pointToModel } from '../../image/preprocess/geometry.js';
import { filesOfModel } from '../../contract/model/model-files.js';
import type { RunningFiles } from '../models/running-files.js';
import type { SessionPool } from '../../sessions/memory/session-pool.js';
import type { RunRequest, RunModel } from '../../sessions/scheduling/device-scheduler.js';
import type { AskedHead } from '../request/check-requests.js';
import type { CachedImage } from '../cache/embedding-cache.js';
import { explainNotFinite } from './explain-not-finite.js';
import { decodeOutputs, inHead } from './in-head.js';
import { makeProvenance, type RanHead } from './make-provenance.js';
import { timed } from '../../flow/timed.js';
import { refuseImage } from './refuse-image.js';
import { refusesImages, toAnswer } from '../../tasks/index.js';
import { toZooError } from '../to-zoo-error.js';

/** One head's share of a request. */
export interface HeadRun extends AskedHead, Pick<AnalyzeOptions, 'encodings' | 'polygonTolerance' | 'outOfDomain'> {
  readonly image: CachedImage;
  /** When the request came, by `performance.now()`. */
  readonly startedAt: number;
  readonly asker: RunRequest;
}

/** What a zoo runs its heads with. */
export interface HeadRunner {
  readonly sessions: SessionPool;
  readonly runModel: RunModel;
  readonly runningFiles: Pick<RunningFiles, 'of'>;
  readonly findDomains: FindDomains;
}

const NO_DOMAINS: ImageDomains = { all: [], of: () => undefined };

/**
 * Domain, feeds, run, decode, image space. Never rejects: whatever goes wrong is this head's outcome, and the others
 * answer. A head that refuses the image is not run.
 */
export async function runHead(run: HeadRun, runner: HeadRunner): Promise<Outcome<Answer>> {
  const { sessions, runModel, runningFiles, findDomains } = runner;
  const { head, params, image, encodings = [], polygonTolerance = 0, outOfDomain = 'refuse', asker } = run;
  const { embedding, input, geometry } = image.encoded;
  const spent = { head: 0, postprocess: 0 };
  let domains = NO_DOMAINS;
  let ran: RanHead | undefined;
  try {
    domains = findDomains(head, embedding);
    const whole = refusesImages(head) ? domains.of() : undefined;
    if (outOfDomain === 'refuse' && whole?.inDomain === false) {
      const provenance = makeProvenance(run, undefined, spent, domains);
      return { ok: false, error: refuseImage(head, whole), domain: whole, provenance };
    }
    const toModelSpace = (point: { x: number; y: number }) => pointToModel(point, geometry);
    const infer = (session: Session) => {
      ran = { provider: session.provider, file: runningFiles.of(head, session) };
      const feeds = inHead(head, 'feeds', (): Tensors =>
        feedModel(head, { embedding, image: input, params, toModelSpace }),
      );
      const running = runModel(session, feeds, { ...asker, role: 'head', model: head.manifest.id });
      return explainNotFinite(running, { session, feeds, what: `The head "${head.manifest.id}"` });
    };
    const inference = await sessions.use(filesOfModel(head.trained), infer, asker.signal);
    spent.head = inference.ms;

    const postprocess = await timed(() => {
      const result = decodeOutputs(head, inference.value, params);
      const isOwnModality = describeModalityMismatch(head.manifest, image.encoded.view.modality) === undefined;
      const how = { encodings, polygonTolerance, outOfDomain };
      const context = { trained: head.trained, geometry, domains, isOwnModality, ...how };
      return toAnswer(head, result, context);
    });
    spent.postprocess = postprocess.ms;

    return { ok: true, value: postprocess.value, provenance: makeProvenance(run, ran, spent, domains) };
  } catch (error) {
    return {
      ok: false,
      error: toZooError(error, `The head "${head.manifest.id}" could not be run`),
      ...(ran && { provenance: makeProvenance(run, ran, spent, domains) }),
    };
  }
}
