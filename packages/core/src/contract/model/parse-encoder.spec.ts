import { describe, expect, it } from 'vitest';
import { file, LOCATION, preprocess } from '../../../test/model-json.js';
import { parseTrainedEncoder, parseTrainedModel } from './parse-model.js';

describe('parseTrainedEncoder', () => {
  it('needs the preprocessing, with one mean and std per channel', () => {
    expect(parseTrainedEncoder({ ...file, preprocess }, LOCATION).preprocess).toEqual(preprocess);
    expect(() => parseTrainedEncoder(file, LOCATION)).toThrow(
      "preprocess: is missing; expected what makes an image the encoder's input: size, fit",
    );
    const { fit, ...unfitted } = preprocess;
    expect(fit).toBe('stretch');
    expect(() => parseTrainedEncoder({ ...file, preprocess: unfitted }, LOCATION)).toThrow(
      'preprocess.fit: is missing; expected one of stretch, letterbox',
    );
    expect(() => parseTrainedEncoder({ ...file, preprocess: { ...preprocess, mean: [0] } }, LOCATION)).toThrow(
      'preprocess: mean and std need one number',
    );
    const { antialias, ...rest } = preprocess;
    const misspelt = { ...file, preprocess: { ...rest, antialais: antialias } };
    for (const parse of [parseTrainedEncoder, parseTrainedModel]) {
      expect(() => parse(misspelt, LOCATION)).toThrow(
        'preprocess.antialais: there is no field "antialais". Did you mean "antialias"?',
      );
    }
    const sized = { ...file, preprocess: { ...preprocess, size: { ...preprocess.size, depth: 1 } } };
    expect(() => parseTrainedEncoder(sized, LOCATION)).toThrow('preprocess.size.depth: there is no field "depth"');
  });
});

describe.each([
  ['an encoder', (fields: object) => parseTrainedEncoder({ ...file, preprocess, ...fields }, LOCATION)],
  ['a head', (fields: object) => parseTrainedModel({ ...file, ...fields }, LOCATION)],
])('variants of %s', (_, parseFile) => {
  const gate = [{ dataset: 'wound', metric: 'dice', split: 'val', n: 48, before: 0.91, after: 0.909 }];
  const variant = {
    ...{ precision: 'int8-static', providers: ['cpu'], url: './lungs.int8.onnx', sha256: 'cd'.repeat(32), bytes: 7 },
    gate,
  };
  const parse = (variants: unknown) => parseFile({ variants });

  it('are found beside the model file', () => {
    expect(parse([variant]).variants).toEqual([{ ...variant, url: 'file:///models/lungs/lungs.int8.onnx' }]);
    expect(parseFile({})).not.toHaveProperty('variants');
  });

  it('may take their weights from a file beside it', () => {
    const { url, sha256, bytes } = file.model;
    const [parsed] = parse([{ ...variant, data: { url, sha256, bytes } }]).variants!;
    expect(parsed!.data).toEqual({ url: new URL(url, LOCATION).href, sha256, bytes });
    const nowhere = [{ ...variant, data: { url: 'http://[', sha256, bytes } }];
    expect(() => parse(nowhere)).toThrow('Mend variants.0.data.url in its exporter');
  });

  const other = { ...variant, precision: 'int4', sha256: 'ef'.repeat(32) };
  it.each([
    ['with a field that is not known', [{ ...variant, provider: 'cpu' }], 'variants.0.provider: there is no field'],
    ['without a gate', [{ ...variant, gate: [] }], 'variants.0.gate: '],
    ['whose gate does not say how many images', [{ ...variant, gate: [{ ...gate[0], n: 0 }] }], 'variants.0.gate.0.n'],
    ['for no provider', [{ ...variant, providers: [] }], 'variants.0.providers: '],
    ['for a device', [{ ...variant, providers: ['cuda:0'] }], 'an execution provider is one of cpu, cuda'],
    ['in words', [{ ...variant, precision: 'Int8 static' }], 'lower-case words and digits joined by hyphens'],
    ['in a word of the option', [{ ...variant, precision: 'reference' }], 'are words of the option `precision`'],
    ['twice', [variant, { ...other, precision: variant.precision }], 'there are two variants in "int8-static"'],
    ['that are the model itself', [{ ...variant, sha256: file.model.sha256 }], 'is the digest of another file'],
    ['that are one file', [variant, { ...other, sha256: variant.sha256 }], 'variants.1.sha256: is the digest of'],
    ['of more files than four', Array.from({ length: 5 }, () => variant), 'variants: '],
    ['at no address', [{ ...variant, url: 'http://[' }], 'Mend variants.0.url in its exporter'],
  ])('are refused %s', (_, variants, message) => {
    expect(() => parse(variants)).toThrow(message);
  });

  it('are frozen, and none of the network lies on this machine', () => {
    const { variants } = parse([variant]);
    expect([variants, variants![0]].every(Object.isFrozen)).toBe(true);
    const elsewhere = new URL('https://example.org/model.json');
    const local = { ...file, variants: [{ ...variant, url: 'file:///secret.onnx' }] };
    expect(() => parseTrainedModel(local, elsewhere)).toThrow('Mend variants.0.url: relative to the model file');
    const [found] = parseTrainedModel({ ...file, variants: [variant] }, elsewhere).variants!;
    expect(found!.url).toBe('https://example.org/lungs.int8.onnx');
  });
});
