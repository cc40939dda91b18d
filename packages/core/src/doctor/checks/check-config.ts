import type { Finding } from '../check.js';
import type { ConfigFacts, ModelFacts } from '../facts.js';
import { REFERENCE } from '../../contract/model/variants.js';
import { formatBytes } from '../../contract/text/format-bytes.js';

/** The config and each of its models. */
export function checkConfig(config: ConfigFacts, isOffline: boolean): readonly Finding[] {
  const id = 'config';
  if (config.state === 'absent') {
    return [
      {
        id,
        state: 'notice',
        found: `there is no ${config.path}, so no heads are looked at`,
        remedy: 'npx @medzoo/cli doctor --config FILE',
      },
    ];
  }
  if (config.state === 'broken') return [{ id, state: 'fault', found: config.reason }];
  const { heads, providers, hasOwnBackend, models, path, refusal } = config;
  const where = hasOwnBackend ? 'a backend of its own' : `providers ${providers.join(', ')}`;
  const found = `${path}: ${heads.length === 1 ? 'one head' : `${heads.length} heads`} (${heads.join(', ')}); ${where}`;
  const own: Finding =
    heads.length > 0
      ? { id, state: 'ok', found }
      : { id, state: 'fault', found: `${path} has no heads`, remedy: 'name at least one: heads: [automed]' };
  const start: Finding[] = refusal === undefined ? [] : [{ id: 'start', state: 'fault', found: refusal }];
  return [own, ...start, ...models.map((model) => checkModel(model, isOffline))];
}

function checkModel({ id, precision, sha256, bytes, state, reason = '' }: ModelFacts, isOffline: boolean): Finding {
  const variant = precision === REFERENCE ? '' : `${precision}, `;
  const what = `${variant}${formatBytes(bytes)}, SHA-256 ${sha256.slice(0, 12)}`;
  const about = { id: `model:${id}` };
  if (state === 'verified') return { ...about, state: 'ok', found: `${what}, verified` };
  if (state === 'faulty') return { ...about, state: 'fault', found: reason };
  if (isOffline) {
    const remedy = 'fetch it on a machine with a connection (npx @medzoo/cli prefetch) and copy its cache folder here';
    return {
      ...about,
      state: 'fault',
      found: `${what}, not fetched, and MEDZOO_OFFLINE or weights.offline is set`,
      remedy,
    };
  }
  return {
    ...about,
    state: 'notice',
    found: `${what}, not fetched yet: the first image will wait for it`,
    remedy: 'npx @medzoo/cli prefetch',
  };
}
