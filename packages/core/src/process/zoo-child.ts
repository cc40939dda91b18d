import { loadConfig } from '../zoo/load-config.js';
import { OBSERVED } from './messages.js';
import type { Share } from './plan-shares.js';
import { serveZoo } from './serve-zoo.js';
import { takeShare } from './take-share.js';

/** What `connectZoo` runs in the child: serves the zoo of the config module whose URL is the first argument; the second is its share. */
const [, , config, share = '{}'] = process.argv;
await serveZoo(
  loadConfig(new URL(config!)).then((given) => takeShare(given, JSON.parse(share) as Share)),
  {
    isObserved: process.argv.includes(OBSERVED),
  },
);
