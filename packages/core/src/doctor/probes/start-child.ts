import { isZooError } from '../../contract/index.js';
import { createZoo } from '../../zoo/create-zoo.js';
import { loadConfig } from '../../zoo/config/load-config.js';
import type { ToldOfStart } from './probe-start.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/**
 * What `probeStart` runs: starts the zoo of the config module whose URL is the first argument, without fetching
 * anything, and ends.
 */
const { observer: _, weights, ...config } = await loadConfig(new URL(process.argv[2]!));
const told = await createZoo({ ...config, weights: { ...weights, offline: true } }).then(
  (): ToldOfStart => ({ state: 'started' }),
  (error: unknown): ToldOfStart => {
    const reason = describeThrown(error);
    return { state: 'refused', reason, ...(isZooError(error) && { code: error.code }) };
  },
);
process.send!(told, () => process.exit());
