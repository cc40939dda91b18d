import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isZooError } from '../../contract/index.js';
import { checkConfig } from '../../zoo/config/check-config.js';
import { checkHeads } from '../../zoo/config/check-heads.js';
import { prefetchFile } from '../../sessions/onnx/load-model.js';
import { listFiles, type ListedFile } from '../../zoo/models/list-files.js';
import { loadConfig } from '../../zoo/config/load-config.js';
import { planFallbacks } from '../../zoo/config/plan-providers.js';
import { checkBackend, type ZooConfig } from '../../zoo/config/zoo-config.js';
import type { ConfigFacts, ModelFacts } from '../facts.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/** Where a config is looked for unless one is named. */
const DEFAULT = 'medzoo.config.mjs';

/** A config is a list of heads; one that asks a network may take a while. */
const LOAD_WITHIN_MS = 10_000;

export interface ProbedConfig {
  readonly location: URL;
  readonly facts: ConfigFacts;
  /** Undefined unless it could be loaded. */
  readonly config: ZooConfig | undefined;
}

/** Loads a config and verifies its models as far as they are on this machine: nothing is fetched. */
export async function probeConfig(named: string | undefined, loadWithinMs = LOAD_WITHIN_MS): Promise<ProbedConfig> {
  const path = named ?? DEFAULT;
  const location = pathToFileURL(resolve(path));
  if (named === undefined && !(await isThere(location))) {
    return { location, facts: { state: 'absent', path }, config: undefined };
  }
  try {
    const config = await loadInTime(location, loadWithinMs);
    checkConfig(config);
    checkHeads(config.heads);
    checkBackend(config);
    return { location, facts: await describe(path, config), config };
  } catch (error) {
    const reason = describeThrown(error);
    return { location, facts: { state: 'broken', path, reason }, config: undefined };
  }
}

async function loadInTime(location: URL, withinMs: number): Promise<ZooConfig> {
  const timeout = new AbortController();
  const late = setTimeout(withinMs, undefined, { signal: timeout.signal }).then(() => {
    throw new Error(
      `The config module ${fileURLToPath(location)} has not finished loading within ${withinMs / 1000} s: ` +
        'look for an `await` at its top, or at that of a module it imports, that waits for what never comes.',
    );
  });
  late.catch(() => undefined); // aborted, below
  return Promise.race([loadConfig(location), late]).finally(() => timeout.abort());
}

async function describe(path: string, config: ZooConfig): Promise<ConfigFacts> {
  const { heads, backend } = config;
  const providers = [...new Set(planFallbacks(config).all.flatMap((fallback) => fallback.providers))];
  const models: ModelFacts[] = [];
  // A backend of its own may have its models anywhere.
  for (const listed of backend ? [] : listFiles(config)) models.push(await verify(listed, config));
  const ids = heads.map(({ manifest }) => manifest.id);
  return { state: 'loaded', path, heads: ids, providers, hasOwnBackend: backend !== undefined, models };
}

async function verify({ id, file }: ListedFile, { weights }: ZooConfig): Promise<ModelFacts> {
  const { precision, spec } = file;
  const about = { id, precision, sha256: spec.sha256, bytes: spec.bytes + (spec.data?.bytes ?? 0) };
  try {
    await prefetchFile(file, { ...weights, offline: true }, { onProgress: () => undefined });
    return { ...about, state: 'verified' };
  } catch (error) {
    if (!isZooError(error)) throw error;
    const { code, message: reason } = error;
    return { ...about, state: code === 'WEIGHTS_UNAVAILABLE' ? 'absent' : 'faulty', code, reason };
  }
}

async function isThere(location: URL): Promise<boolean> {
  return access(location).then(
    () => true,
    () => false,
  );
}
