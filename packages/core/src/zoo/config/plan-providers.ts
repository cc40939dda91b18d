import { didYouMean, ZooError, type Head, type ModelSpec } from '../../contract/index.js';
import type { ZooConfig } from './zoo-config.js';

/** Execution providers in order of preference. */
export type Ladder = readonly string[];

/** Where the models of a config are to run. */
export interface Ladders {
  /** Every one that the config names, that of all models first. */
  readonly all: readonly NamedLadder[];
  /** A model's own; undefined: that of all models. */
  of(spec: ModelSpec): NamedLadder | undefined;
}

export interface NamedLadder {
  /** Where it stands in the config. */
  readonly name: string;
  readonly providers: Ladder;
  /** Nobody who names the CPU and nothing else hopes for a GPU. */
  readonly isCpuOnPurpose: boolean;
}

type LadderConfig = Pick<ZooConfig, 'heads' | 'providers' | 'headProviders' | 'encoderProviders' | 'requireGpu'>;

/**
 * Reads `providers`, `headProviders` and `encoderProviders`. Throws INVALID_MANIFEST for what is no list of names, for an id that there is
 * not, and for one model file that is to run on two ladders: it is opened once.
 */
export function planLadders({ heads, providers = ['cpu'], requireGpu, ...config }: LadderConfig): Ladders {
  const usual = readLadder('providers', providers);
  const own = new Map<string, NamedLadder | undefined>();
  const named: NamedLadder[] = [];

  function put(spec: ModelSpec, ladder: NamedLadder | undefined, id: string): void {
    const key = keyOf(spec);
    if (own.has(key) && !isSame(own.get(key), ladder)) {
      throw invalid(
        `"${id}" and another model of the config are one file, which is opened once: give both the same providers.`,
      );
    }
    own.set(key, ladder);
  }

  function read(
    option: 'headProviders' | 'encoderProviders',
    models: readonly (readonly [id: string, ModelSpec])[],
  ): void {
    const given: unknown = config[option] ?? {};
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw invalid(`${option} is an object of lists by id, such as ${EXAMPLES[option]}.`);
    }
    const ladders = new Map(Object.entries(given).map(([id, value]) => [id, readLadder(`${option}['${id}']`, value)]));
    const ids = [...new Set(models.map(([id]) => id))];
    for (const id of ladders.keys()) {
      if (!ids.includes(id)) throw unknownId(option, id, ids);
    }
    named.push(...ladders.values());
    for (const [id, spec] of models) put(spec, ladders.get(id), id);
  }

  read(
    'encoderProviders',
    heads.map(({ encoder }: Head) => [encoder.id, encoder.trained.model]),
  );
  read(
    'headProviders',
    heads.map(({ manifest, trained }: Head) => [manifest.id, trained.model]),
  );
  if (requireGpu && own.size > 0 && [...own.values()].every((ladder) => ladder?.isCpuOnPurpose)) {
    throw invalid(
      'requireGpu is set, and every model is put on the CPU by providers of its own: leave one of them out.',
    );
  }
  return { all: [usual, ...named], of: (spec) => own.get(keyOf(spec)) };
}

const EXAMPLES = {
  headProviders: "{ 'breast-ultrasound': ['cpu'] }",
  encoderProviders: "{ 'sam-med2d-tiny': ['cuda', 'cpu'] }",
} as const;

function readLadder(name: string, value: unknown): NamedLadder {
  if (!Array.isArray(value) || value.length === 0 || !value.every((id) => typeof id === 'string')) {
    throw invalid(`${name} is a list of execution providers, such as ['cuda', 'cpu']; got ${JSON.stringify(value)}.`);
  }
  const providers = value as readonly string[];
  return { name, providers, isCpuOnPurpose: providers.every((id) => id === 'cpu') };
}

function unknownId(option: string, id: string, known: readonly string[]): ZooError {
  const what = option === 'headProviders' ? 'head' : 'encoder';
  return invalid(
    `${option} names "${id}", and there is no such ${what} in the config; there are ${known.join(', ') || 'none'}.${didYouMean(id, known)}`,
  );
}

/** As sessions are told apart. */
function keyOf(spec: ModelSpec): string {
  return JSON.stringify(spec);
}

function isSame(a: NamedLadder | undefined, b: NamedLadder | undefined): boolean {
  return JSON.stringify(a?.providers) === JSON.stringify(b?.providers);
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
