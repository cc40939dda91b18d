import { formatBytes } from '../../contract/text/format-bytes.js';
import type { Finding } from '../check.js';
import type { CacheFacts, PackedFacts } from '../facts.js';
import { countOf } from '../../contract/text/count-of.js';

const WITHOUT = 'each worker keeps its own copy of the weights, and starts more slowly';

/** Weights that this machine has packed for its processor: workers run without them as well. */
export function checkPacked(facts: PackedFacts, cache: Pick<CacheFacts, 'fault'>): Finding {
  const id = 'packed';
  const { folder } = facts;
  switch (facts.state) {
    case 'off':
      return { id, state: 'ok', found: `off: ${WITHOUT}` };
    case 'unusable':
      return {
        ...{ id, state: 'notice', found: `not used: ${facts.reason}; ${WITHOUT}` },
        remedy: `a folder ${folder} of this user with mode 700, or MEDZOO_PACKED_WEIGHTS=off`,
      };
    case 'absent':
      if (cache.fault === undefined) return { id, state: 'ok', found: `${folder}, made when a worker opens a model` };
      return {
        ...{ id, state: 'notice', found: `not used: ${folder} cannot be made; ${WITHOUT}` },
        remedy: 'MEDZOO_CACHE_DIR=/a/folder/that/can/be/written, or MEDZOO_PACKED_WEIGHTS=off',
      };
    case 'usable': {
      const kept = `${countOf(facts.models, 'model')}, ${formatBytes(facts.bytes)}`;
      return { id, state: 'ok', found: `${folder}, ${kept}` };
    }
  }
}
