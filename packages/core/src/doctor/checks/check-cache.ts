import type { Finding } from '../check.js';
import type { CacheFacts, ConfigFacts } from '../facts.js';
import { formatBytes } from '../../contract/text/format-bytes.js';

const OTHER_FOLDER = 'MEDZOO_CACHE_DIR=/a/folder/that/can/be/written';

/** Where fetched weights are kept: only a config that has to fetch some needs it. */
export function checkCache({ folder, fault, freeBytes, isOffline }: CacheFacts, config: ConfigFacts): Finding {
  const id = 'cache';
  const absent = config.state === 'loaded' ? config.models.filter(({ state }) => state === 'absent') : [];
  const wanted = absent.reduce((sum, { bytes }) => sum + bytes, 0);
  if (fault !== undefined) {
    return {
      id,
      state: wanted > 0 ? 'fault' : 'notice',
      found: `${folder} cannot be written: ${fault}`,
      remedy: OTHER_FOLDER,
    };
  }
  const free = freeBytes === undefined ? '' : `, ${formatBytes(freeBytes)} free`;
  const found = `${folder}, can be written${free}${isOffline ? '; offline, nothing is fetched' : ''}`;
  if (freeBytes === undefined || freeBytes > wanted) return { id, state: 'ok', found };
  return {
    id,
    state: 'fault',
    found: `${found}; ${formatBytes(wanted)} are to be fetched`,
    remedy: `make room, or ${OTHER_FOLDER}`,
  };
}
