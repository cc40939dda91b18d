import { didYouMean, ZooError, type Head, type ModelFiles } from '../../contract/index.js';
import { filesOfModel } from '../../contract/model/model-files.js';
import type { ZooConfig } from './zoo-config.js';

/** Execution providers in order of preference. */
export type ProviderFallback = readonly string[];

/** Which providers the models of a config are tried on. */
export interface Fallbacks {
  /** Every fallback that the config names; the one of all models comes first. */
  readonly all: readonly NamedFallback[];
  /** Returns a model's own fallback, or undefined if it has that of all models. */
  of(spec: ModelFiles): NamedFallback | undefined;
}

export interface NamedFallback {
  /** The option of the config that it comes from. */
  readonly name: string;
  readonly providers: ProviderFallback;
  /** ['cpu'] alone means the CPU on purpose. */
  readonly isCpuOnPurpose: boolean;
}

type FallbackConfig = Pick<ZooConfig, 'heads' | 'providers' | 'headProviders' | 'encoderProviders' | 'requireGpu'>;

/**
 * Reads `providers`, `headProviders` and `encoderProviders`. Throws INVALID_MANIFEST for a value that is not a list of
 * names, for an unknown id, and for one model file with two fallbacks: it is opened once.
 */
export function planFallbacks({ heads, providers = ['cpu'], requireGpu, ...config }: FallbackConfig): Fallbacks {
  const usual = toFallback('providers', providers);
  const own = new Map<string, NamedFallback | undefined>();
  const named: NamedFallback[] = [];

  function put(spec: ModelFiles, fallback: NamedFallback | undefined, id: string): void {
    const key = keyOf(spec);
    if (own.has(key) && !isSame(own.get(key), fallback)) {
      throw invalid(
        `"${id}" and another model of the config are one file, which is opened once: give both the same providers.`,
      );
    }
    own.set(key, fallback);
  }

  function read(
    option: 'headProviders' | 'encoderProviders',
    models: readonly (readonly [id: string, ModelFiles])[],
  ): void {
    const given = Object.entries(config[option] ?? {}) as [string, readonly string[]][];
    const fallbacks = new Map(given.map(([id, providers]) => [id, toFallback(`${option}['${id}']`, providers)]));
    const ids = [...new Set(models.map(([id]) => id))];
    for (const id of fallbacks.keys()) {
      if (!ids.includes(id)) throw unknownId(option, id, ids);
    }
    named.push(...fallbacks.values());
    for (const [id, spec] of models) put(spec, fallbacks.get(id), id);
  }

  read(
    'encoderProviders',
    heads.map(({ encoder }: Head) => [encoder.id, filesOfModel(encoder.trained)]),
  );
  read(
    'headProviders',
    heads.map(({ manifest, trained }: Head) => [manifest.id, filesOfModel(trained)]),
  );
  if (requireGpu && own.size > 0 && [...own.values()].every((fallback) => fallback?.isCpuOnPurpose)) {
    throw invalid(
      'requireGpu is set, and every model is put on the CPU by providers of its own: leave one of them out.',
    );
  }
  return { all: [usual, ...named], of: (spec) => own.get(keyOf(spec)) };
}

function toFallback(name: string, providers: readonly string[]): NamedFallback {
  return { name, providers, isCpuOnPurpose: providers.every((id) => id === 'cpu') };
}

function unknownId(option: string, id: string, known: readonly string[]): ZooError {
  const what = option === 'headProviders' ? 'head' : 'encoder';
  return invalid(
    `${option} names "${id}", and there is no such ${what} in the config; there are ` +
      `${known.join(', ') || 'none'}.${didYouMean(id, known)}`,
  );
}

/** The key by which sessions are told apart. */
function keyOf(spec: ModelFiles): string {
  return JSON.stringify(spec);
}

function isSame(a: NamedFallback | undefined, b: NamedFallback | undefined): boolean {
  return JSON.stringify(a?.providers) === JSON.stringify(b?.providers);
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
