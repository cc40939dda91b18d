import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { collectGarbageAfter, connectZoo, loosenHeapLimit } from '@medzoo/core';
import { createLogger } from './observability/create-logger.js';
import type { Arguments } from './read-arguments.js';
import { readEnvironment, type Environment, warnOfUnknownVariables } from './read-environment.js';
import { stopOnSignals } from './stop-on-signals.js';
import { ZooMonitor } from './zoo-monitor.js';

/** Its libraries leave 20 MB of garbage behind as they load. */
const COLLECTED_AFTER_MS = 1000;

/**
 * Serves the heads of a config file until a signal comes; rejects with what is wrong with the config or the
 * environment.
 */
export async function serve({ config, port, host }: Arguments): Promise<void> {
  process.stderr.on('error', () => undefined); // nobody reads it: no reason to stop answering
  loosenHeapLimit(); // uploads and what goes to the zoo lie outside the heap
  const environment = readEnvironment({ ...process.env, ...(port && { PORT: port }), ...(host && { HOST: host }) });
  const logger = createLogger({ level: environment.logLevel });
  for (const warning of warnOfUnknownVariables(process.env)) logger.warn(warning);
  // Before there is anything to stop: the first process of a container ignores a signal that it does not listen to, and
  // would serve until it is killed. Processes of the zoo end with this one.
  let stop = (): Promise<void> => Promise.resolve();
  let isStopping = false;
  stopOnSignals(() => {
    isStopping = true;
    return stop();
  }, logger);
  const monitor = new ZooMonitor();
  const connecting = connectZoo({
    config: pathToFileURL(await findConfig(config)),
    decoders: new URL('./reading/zoo-decoders.js', import.meta.url),
    observer: monitor.observe,
    ...environment.zoo,
    onExit(exit) {
      if (exit.cause === 'cancelled')
        logger.info(exit, "a zoo's process was replaced: what it was at had been cancelled");
      else if (exit.cause === 'recycled')
        logger.info(exit, "a zoo's process was replaced: models that it had closed did not give their memory back");
      else if (exit.cause === 'frozen')
        logger.error(exit, "a zoo's process sent no heartbeat and was ended; another is being started");
      else logger.error(exit, "a zoo's process ended; another is being started");
    },
    onUnable(error) {
      // Service managers signal the whole group: a process that has just begun to start dies of it, as it should.
      if (isStopping) logger.info("a zoo's process ended as it was starting");
      else logger.error({ err: error }, "a zoo's process could not be started; it is tried again");
    },
  });
  // The zoo's process opens its models while this one loads its libraries.
  connecting.catch(() => undefined); // told by startGateway, which is not there yet
  const { startGateway } = await import('./start-gateway.js');
  const options = { port: environment.port, host: environment.host, settings: environment.settings, logger, monitor };
  const gateway = await startGateway(connecting, options).catch((error: unknown) => {
    throw explainListenError(error, environment);
  });
  const zoo = await connecting;
  stop = async () => {
    await gateway.close();
    await zoo.close();
  };
  logger.info({ url: gateway.url, heads: zoo.heads.map(({ manifest }) => manifest.id) }, 'ready');
  collectGarbageAfter(COLLECTED_AFTER_MS);
  process.stderr.write(`medzoo answers at ${gateway.url}\n`);
}

/** What is in the way of listening, in words that say what to do; another fault as it is. */
function explainListenError(error: unknown, { port, host }: Environment): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const words = {
    // A socket in a folder has no port.
    EADDRINUSE: 'port' in error && `Port ${port} of ${host} is taken by another program. Choose another with --port N.`,
    EACCES: 'port' in error && `This account may not listen on port ${port}. Choose one above 1023 with --port N.`,
    EADDRNOTAVAIL: `This machine has no address ${host} to listen on. Choose another with --host H: 0.0.0.0 for all.`,
    ENOTFOUND: `There is no host ${host} to listen on. Choose another with --host H: 0.0.0.0 for all addresses.`,
  }[String(error.code)];
  return words ? new Error(words, { cause: error }) : error;
}

async function findConfig(config: string): Promise<string> {
  const path = resolve(config);
  try {
    await access(path);
    return path;
  } catch {
    throw new Error(
      `There is no config file ${path}. Write one: import { defineConfig } from '@medzoo/core'; ` +
        'export default defineConfig({ heads: [...] });',
    );
  }
}
