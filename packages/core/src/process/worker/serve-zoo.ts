import { ZooError, type Head, type Zoo } from '../../contract/index.js';
import { stepsUnderWay } from '../../flow/steps-under-way.js';
import { loadSharp } from '../../image/raster/load-sharp.js';
import { createZoo } from '../../zoo/create-zoo.js';
import { toZooError } from '../../zoo/to-zoo-error.js';
import type { ZooConfig } from '../../zoo/config/zoo-config.js';
import { answerCalls } from './answer-calls.js';
import { describeWorker } from './describe-worker.js';
import type { FromWorker, ToWorker } from '../channel/messages.js';
import { createRelay, type EventRelay } from '../channel/relay-events.js';
import { keepWords } from './replace-unsendable.js';
import { startWatchdog, WORKER_LEAVES_WITHIN_MS } from '../heartbeat/start-watchdog.js';

type Source = Zoo | ZooConfig;

export interface ServeOptions {
  /** Whether the other process hears what the zoo of a config does. */
  readonly isObserved?: boolean;
}

/**
 * Serves a zoo, or the one that a config describes, to the process that forked this one, until that one says close or
 * is gone. Only for an entry module that does more than import a config: `connectZoo` brings its own.
 */
export async function serveZoo(
  source: Source | Promise<Source>,
  { isObserved = false }: ServeOptions = {},
): Promise<void> {
  if (!process.send) {
    throw new ZooError('BACKEND_UNAVAILABLE', 'serveZoo answers the process that forked this one; there is none.');
  }
  const beating = startWatchdog({ heartbeatFd: undefined, leaveWithinMs: WORKER_LEAVES_WITHIN_MS });
  // Ctrl-C and service managers signal the whole group; the asking process drains its calls and then says close.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit());
  const relay = isObserved ? createRelay() : undefined;
  const send = async (message: FromWorker): Promise<void> => {
    const events = relay?.take() ?? [];
    if (events.length === 0) return write(message);
    // The message matters more than what is told beside it.
    await write({ ...message, events }).catch(() => write(message));
  };
  try {
    const given = await source;
    const zoo = await open(given, { relay, onFetching: () => void send({ type: 'fetching' }) });
    const receive = answerCalls(zoo, send);
    process.on('message', (message: ToWorker) => {
      if (message.type === 'close') void zoo.close().finally(() => process.exit());
      else receive(message);
    });
    await beating;
    await send({ type: 'ready', heads: zoo.heads, limits: zoo.limits, state: describeWorker(zoo) });
    if (isWarm(given)) loadSharp().catch(warn); // or the first image would wait for it
  } catch (error) {
    const unable = toZooError(error, 'The zoo cannot start').toJSON();
    await send({ type: 'unable', error: unable }).catch(() => send({ type: 'unable', error: keepWords(unable) }));
    process.exit(1);
  }
}

/** Whether the config asks for all that the first image needs; not so of a worker that stands by. */
function isWarm(source: Source): boolean {
  return !('analyze' in source) && source.warmUp === true;
}

/** A zoo that reads DICOM may do without; each raster image is answered with the same words. */
function warn({ message }: Error): void {
  process.emitWarning(message, 'MedzooWarning');
}

/** Ends this process in favour of another one with more in its environment. */
export async function restartWith(environment: Readonly<Record<string, string>>): Promise<never> {
  await write({ type: 'restart', environment });
  process.exit();
}

interface OpenOptions {
  readonly relay: EventRelay | undefined;
  /** Weights have come from the network. */
  readonly onFetching: () => void;
}

async function open(source: Source, { relay, onFetching }: OpenOptions): Promise<Zoo> {
  if ('analyze' in source) return source;
  let isOpen = false;
  const weights = watchFetching(source.weights, () => {
    stepsUnderWay.noteFetching();
    if (!isOpen) onFetching();
  });
  const observer = relay && { observer: relay.after(source.observer) };
  const zoo = await createZoo<readonly Head[]>({ ...source, ...observer, ...(weights && { weights }) });
  isOpen = true;
  return zoo;
}

/**
 * The same options, whose progress is heard here as well; what is not valid stays as it is, for `createZoo` to refuse.
 */
function watchFetching(weights: ZooConfig['weights'] = {}, onFetching: () => void): ZooConfig['weights'] {
  const given: unknown = weights; // of a config in plain JavaScript
  const isValid = typeof given === 'object' && given !== null;
  if (!isValid || !['undefined', 'function'].includes(typeof weights.onProgress)) return weights;
  return {
    ...weights,
    onProgress(progress) {
      if (progress.state === 'fetching') onFetching();
      weights.onProgress?.(progress);
    },
  };
}

/**
 * Resolves when the message is written; a channel that is gone ends this process by itself. Rejects for one that cannot
 * be serialised.
 */
function write(message: FromWorker): Promise<void> {
  return new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));
}
