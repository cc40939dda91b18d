import { loadConfig } from '../zoo/load-config.js';
import { loosenHeapLimit } from './loosen-heap-limit.js';
import { OBSERVED } from './messages.js';
import type { Share } from './plan-shares.js';
import { findMissingEnvironment } from './return-memory.js';
import { restartWith, serveZoo } from './serve-zoo.js';
import { takeShare } from './take-share.js';

/** What `connectZoo` runs in the child: serves the zoo of the config module whose URL is the first argument; the second is its share. */
const [, , config, share = '{}'] = process.argv;
loosenHeapLimit();
const loading = loadConfig(new URL(config!)).then(async (given) => {
  const environment = findMissingEnvironment(given, process.env);
  if (environment) await restartWith(environment);
  return takeShare(given, JSON.parse(share) as Share);
});
await serveZoo(loading, { isObserved: process.argv.includes(OBSERVED) });
