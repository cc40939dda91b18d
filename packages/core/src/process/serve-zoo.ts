import { ZooError, type Head, type Zoo } from '../contract/index.js';
import { createZoo } from '../zoo/create-zoo.js';
import { toZooError } from '../zoo/to-zoo-error.js';
import type { ZooConfig } from '../zoo/zoo-config.js';
import { answerCalls } from './answer-calls.js';
import { describeProcess } from './describe-process.js';
import type { FromChild, ToChild } from './messages.js';
import { createRelay, type EventRelay } from './relay-events.js';

type Source = Zoo | ZooConfig;

export interface ServeOptions {
  /** Whether the other process hears what the zoo of a config does. */
  readonly isObserved?: boolean;
}

/**
 * Serves a zoo, or the one that a config describes, to the process that forked this one, until that one says close or is gone. Only for
 * an entry module that does more than import a config: `connectZoo` brings its own.
 */
export async function serveZoo(
  source: Source | Promise<Source>,
  { isObserved = false }: ServeOptions = {},
): Promise<void> {
  if (!process.send) {
    throw new ZooError('BACKEND_UNAVAILABLE', 'serveZoo answers the process that forked this one; there is none.');
  }
  // Ctrl-C and service managers signal the whole group; the asking process drains its calls and then says close.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit());
  const relay = isObserved ? createRelay() : undefined;
  const send = (message: FromChild): Promise<void> => {
    const events = relay?.take() ?? [];
    return write(events.length > 0 ? { ...message, events } : message);
  };
  try {
    const zoo = await open(await source, relay);
    const receive = answerCalls(zoo, send);
    process.on('message', (message: ToChild) => {
      if (message.type === 'close') void zoo.close().finally(() => process.exit());
      else receive(message);
    });
    await send({ type: 'ready', heads: zoo.heads, state: describeProcess(zoo) });
  } catch (error) {
    await send({ type: 'unable', error: toZooError(error, 'The zoo cannot start').toJSON() });
    process.exit(1);
  }
}

/** Ends this process in favour of another one with more in its environment. */
export async function restartWith(environment: Readonly<Record<string, string>>): Promise<never> {
  await write({ type: 'restart', environment });
  process.exit();
}

async function open(source: Source, relay?: EventRelay): Promise<Zoo> {
  if ('analyze' in source) return source;
  return createZoo<readonly Head[]>(relay ? { ...source, observer: relay.after(source.observer) } : source);
}

/** Resolves when the message is written; a channel that is gone ends this process by itself. */
function write(message: FromChild): Promise<void> {
  return new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));
}
