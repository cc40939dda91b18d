import type { Finding } from '../check.js';
import type { ConfigFacts, Int8Facts } from '../facts.js';

/** Of the time of medzoo's encoder in float, one thread (docs/decisions.md, 43). */
const FOUND: Readonly<Record<Int8Facts['kernel'], string>> = {
  vnni: 'VNNI: products in int8 run fast, and their sums are exact',
  avx2:
    "AVX2 without VNNI: medzoo's encoder in int8 takes .72 to .90 of its time in float; two products are summed in " +
    '16 bits, so that answers differ from those of a CPU with VNNI unless the weights leave room for it',
  'dot-product': 'dot products of ARM: a model in int8 runs fast, and its sums are exact',
  none: 'none that is fast: a model in int8 may take longer than the same in float',
  unknown: 'this system does not tell which instructions its CPU has for int8',
};

/** Which kernel of ONNX Runtime multiplies 8-bit numbers on this CPU, and what that means for a model in int8. */
export function checkInt8({ kernel }: Int8Facts, config: ConfigFacts): Finding {
  const id = 'int8';
  const used = config.state === 'loaded' ? config.models.filter(({ precision }) => precision.startsWith('int8')) : [];
  const names = [...new Set(used.map((model) => model.id))].join(', ');
  const found = `${FOUND[kernel]}${names && `; the config runs ${names} in int8`}`;
  if (kernel !== 'none' || names === '') return { id, state: 'ok', found };
  return { id, state: 'notice', found, remedy: "precision: 'reference' in the config, if it is faster here" };
}
