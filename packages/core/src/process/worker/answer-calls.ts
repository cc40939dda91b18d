import { ZooError, type Answer, type Outcome, type Zoo } from '../../contract/index.js';
import { collectGarbageAfter } from '../../host/collect-garbage.js';
import { coreShare } from '../../host/core-share.js';
import { knownImageSource } from '../../image/source/image-source.js';
import { toZooError } from '../../zoo/to-zoo-error.js';
import { lendController } from '../../flow/start-deadline.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import { describeWorker } from './describe-worker.js';
import type { WatchedOptions } from '../../sessions/scheduling/device-scheduler.js';
import type { CallEnd, OutcomeData, WorkerStatus, WorkerReport, ToWorker } from '../channel/messages.js';
import { replaceUnsendable } from './replace-unsendable.js';

type CallMessage = Exclude<ToWorker, { readonly type: 'close' }>;
type Arrived = Extract<CallMessage, { readonly type: 'analyze' }>;

/** How often a process that works says so. */
const SIGN_MS = 1000;
/** To open models leaves 40 MB of garbage behind. */
const COLLECTED_AFTER_START_MS = 1000;
/** Longer than a caller who asks again and again takes between two calls. */
const COLLECTED_AFTER_CALLS_MS = 5000;

/**
 * Puts arriving calls to the zoo and sends each one's end, and signs of life meanwhile. `send` rejects for what cannot
 * be serialised; that is the fault of the one call, or head, whose answer it is.
 */
export function answerCalls(zoo: Zoo, send: (told: WorkerReport) => Promise<void>): (message: CallMessage) => void {
  const arriving = new Map<number, Uint8Array[]>();
  let held: { readonly sha256: string; readonly bytes: Uint8Array } | undefined;
  const running = new Map<number, AbortController>();
  let cancelCollection = collectGarbageAfter(COLLECTED_AFTER_START_MS);

  /** Sends what no call depends on. */
  function tell(told: WorkerReport): void {
    send(told).catch(() => undefined);
  }

  const signs = createSigns(zoo, tell);

  function takeBytes({ call, bytes: last, file, sha256 }: Arrived): Uint8Array {
    const pieces = arriving.get(call);
    arriving.delete(call);
    if (file === 'held') {
      if (held?.sha256 === sha256) return held.bytes;
      throw new ZooError('BACKEND_UNAVAILABLE', 'The worker does not hold the image any more. Ask again.');
    }
    const bytes = pieces ? Buffer.concat([...pieces, last]) : last;
    if (file === 'hold') held = { sha256, bytes };
    return bytes;
  }

  async function answer(arrived: Arrived): Promise<CallEnd> {
    const { call, requests, options, sha256 } = arrived;
    const controller = new AbortController();
    running.set(call, controller);
    cancelCollection();
    signs.start();
    try {
      const bytes = takeBytes(arrived);
      const asked = requests as Record<string, Record<string, never>>; // any JSON: the zoo checks it
      const watched: WatchedOptions = {
        ...options,
        signal: lendController(controller),
        onRun: (start) => tell({ type: 'runs', call, ...start }),
      };
      const source = knownImageSource(bytes, sha256, options.view);
      const outcomes = await zoo.analyze(source, asked, watched);
      return { type: 'answer', call, outcomes: toData(outcomes) };
    } catch (error) {
      return { type: 'fault', call, error: toZooError(error, 'The image could not be analysed').toJSON() };
    } finally {
      running.delete(call);
    }
  }

  async function sendEnd(end: CallEnd): Promise<void> {
    if (running.size === 0) {
      signs.stop();
      cancelCollection();
      cancelCollection = collectGarbageAfter(COLLECTED_AFTER_CALLS_MS);
    }
    const state = running.size === 0 ? describe(zoo) : undefined;
    const whole = state ? { ...end, state } : end;
    await send(whole).catch(() => send(replaceUnsendable(end)));
  }

  return (message) => {
    if (message.type === 'release') {
      held = undefined;
      return;
    }
    if (message.type === 'cores') {
      coreShare.isAlone = message.isAlone;
      return;
    }
    const { type, call } = message;
    if (type === 'bytes') {
      arriving.set(call, [...(arriving.get(call) ?? []), message.bytes]);
    } else if (type === 'analyze') {
      coreShare.isAlone = message.isAlone;
      void answer(message).then(sendEnd);
    } else {
      arriving.delete(call);
      running.get(call)?.abort();
    }
  };
}

/** Says at intervals that this process is alive, while calls run. */
function createSigns(zoo: Zoo, tell: (told: WorkerReport) => void) {
  let timer: NodeJS.Timeout | undefined;

  function sendSign(): void {
    const state = describe(zoo);
    const stepMs = stepsUnderWay.look() * SIGN_MS;
    tell({ type: 'alive', stepMs, ...(state && { state }) });
  }

  return {
    start(): void {
      timer ??= setInterval(sendSign, SIGN_MS);
    },
    stop(): void {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Undefined where the zoo cannot say: what it last told holds. */
function describe(zoo: Zoo): WorkerStatus | undefined {
  try {
    return describeWorker(zoo);
  } catch {
    return undefined;
  }
}

function toData(outcomes: Readonly<Record<string, Outcome<Answer> | undefined>>): Record<string, OutcomeData> {
  const entries = Object.entries(outcomes).map(([id, outcome]) => [
    id,
    outcome?.ok === false ? { ...outcome, error: outcome.error.toJSON() } : outcome,
  ]);
  return Object.fromEntries(entries) as Record<string, OutcomeData>;
}
