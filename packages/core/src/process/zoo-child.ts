import { loadConfig } from '../zoo/load-config.js';
import { OBSERVED } from './messages.js';
import { serveZoo } from './serve-zoo.js';

/** What `connectZoo` runs in the child: serves the zoo of the config module whose URL is the first argument. */
await serveZoo(loadConfig(new URL(process.argv[2]!)), { isObserved: process.argv.includes(OBSERVED) });
