import { describe, expect, it } from 'vitest';
import { file, LOCATION } from '../../../test/model-json.js';
import { parseTrainedModel } from './parse-model.js';

const withOutputs = (name: string, shape: (number | string)[], dtype = 'float32') => ({
  ...file.model,
  outputs: [{ name, dtype, shape }],
});

const without = (field: keyof typeof file) =>
  Object.fromEntries(Object.entries(file).filter(([name]) => name !== field));

describe('quantities of a regression', () => {
  const quantity = { unit: 'mo', interval: { coverage: 0.9, halfWidth: 14, n: 9 } };
  const ages = { ...file, labels: ['age'], presenceThresholds: {}, model: withOutputs('values', ['batch', 1]) };
  const parse = (one: unknown, label = 'age') => parseTrainedModel({ ...ages, quantities: { [label]: one } }, LOCATION);

  it('are kept as they are', () => {
    expect(parse(quantity).quantities).toEqual({ age: quantity });
  });

  it.each([
    ['for a label that is none', () => parse(quantity, 'height'), 'quantities.height'],
    ['without a unit', () => parse({ mean: 3 }), 'quantities.age.unit'],
    ['with a unit in words', () => parse({ unit: 'square mm' }), 'symbols of UCUM'],
    ['without a spread', () => parse({ unit: 'mo', std: 0 }), 'quantities.age.std'],
    [
      'whose coverage 8 images cannot tell',
      () => parse({ ...quantity, interval: { ...quantity.interval, n: 8 } }),
      'too few images for this coverage',
    ],
    [
      'of more labels than values',
      () => parseTrainedModel({ ...ages, labels: ['age', 'sex'] }, LOCATION),
      '"values" has 1 entry',
    ],
  ])('are refused %s', (_, parsing, message) => {
    expect(parsing).toThrow(message);
  });
});

describe('parseTrainedModel', () => {
  it('lets one label have several candidate masks, and a free length be', () => {
    for (const model of [withOutputs('masks', ['batch', 4, 16, 16]), withOutputs('logits', ['batch', 'classes'])]) {
      expect(() => parseTrainedModel({ ...file, model }, LOCATION)).not.toThrow();
    }
  });

  it('sends those who have a file of a later release to that release, and nobody else', () => {
    const { model } = file;
    const ofLater = [
      { ...file, explains: true },
      { ...file, trainedOn: [{ dataset: 'cxr', licence: 'CC0', n: 1, digest: 'x' }] },
      { ...file, preprocess: { interpolation: 'bicubic' } },
    ];
    for (const given of ofLater)
      expect(() => parseTrainedModel(given, LOCATION)).toThrow(/update @medzoo\/core instead/);
    for (const given of [without('licence'), { ...file, model: { ...model, bytes: -1 } }])
      expect(() => parseTrainedModel(given, LOCATION)).toThrow(/^(?!.*update)/);
  });

  it('gives what nobody changes afterwards', () => {
    const { model, labels } = parseTrainedModel(file, LOCATION);
    for (const part of [model, labels, model.inputs[0], model.inputs[0]?.shape])
      expect(part).toSatisfy(Object.isFrozen);
  });

  it('keeps what is there and finds the weights beside the file', () => {
    const trained = parseTrainedModel(file, LOCATION);
    expect(trained).toEqual({ ...file, model: { ...file.model, url: 'file:///models/lungs/lungs.onnx' } });
    expect(
      parseTrainedModel({ ...file, model: { ...file.model, url: 'https://host/a.onnx' } }, LOCATION).model.url,
    ).toBe('https://host/a.onnx');
  });

  it('keeps what a number was measured on, where the data and the first weights are from, and how fast it is', () => {
    const whole = {
      ...file,
      metrics: [
        { name: 'dice', value: 0.9, dataset: 'cxr', split: 'test', n: 9, label: 'lungs', prompt: 'box' },
        { name: 'accuracy', value: 0.9, dataset: 'mri', split: 'test', n: 9, excludedLabels: ['none'] },
        {
          ...{ name: 'presence_auroc', value: 0.99, dataset: 'all', split: 'test', n: 30, label: 'lungs' },
          negatives: { kind: 'near', sets: ['ribs'], n: 20 },
        },
      ],
      calibration: { temperature: 1.1, dataset: 'cxr', split: 'val', n: 164 },
      trainedOn: [
        {
          dataset: 'cxr',
          licence: 'CC BY 4.0',
          n: 793,
          source: 'A. Author, 2020',
          grouping: 'patient',
          seen: 'ab'.repeat(32),
        },
      ],
      initialisedFrom: [{ name: 'net', source: 'https://host/net', licence: 'Apache-2.0' }],
      speed: [{ machine: 'one core', provider: 'cpu', method: 'median', n: 20, medianMs: { encode: 30.1, total: 40 } }],
    };
    const { model, ...kept } = parseTrainedModel(whole, LOCATION);
    expect({ ...kept, model: { ...model, url: file.model.url } }).toEqual(whole);
  });

  it('finds what lies beside a file on a server, external data too, and nothing on this machine', () => {
    const data = { url: './lungs.onnx.data', sha256: 'cd'.repeat(32), bytes: 7 };
    const location = new URL('https://host/a/model.json');
    const { model } = parseTrainedModel({ ...file, model: { ...file.model, data } }, location);
    expect([model.url, model.data?.url]).toEqual(['https://host/a/lungs.onnx', 'https://host/a/lungs.onnx.data']);
    const local = { ...file, model: { ...file.model, url: 'file:///etc/passwd' } };
    expect(() => parseTrainedModel(local, location)).toThrow('names weights on this machine');
  });

  it.each([
    [{ ...file, schema: 2 }, 'schema: this release reads schema 1. If it is of a later release of medzoo, update '],
    [without('schema'), 'schema: is missing; expected the version of this format, which is 1'],
    [{ ...file, model: { ...file.model, sha256: 'AB' } }, 'model.sha256: expected 64 lower-case hexadecimal digits'],
    [
      { ...file, model: { ...file.model, inputs: [{ name: 'x', dtype: 'float16', shape: [] }] } },
      'model.inputs.0.dtype: ',
    ],
    [{ ...file, metrics: [{ name: 'accuracy', value: 0.96 }] }, 'metrics.0.dataset: '],
    ...[{ id: 'tiny' }, { id: 'tiny', sha256: 'ab' }].map((encoder): [object, string] => [
      { ...file, encoder },
      "encoder.sha256: expected the digest of the encoder's weights, 64 lower-case hexadecimal digits, as " +
        '`encoder.digest` of the embed.json',
    ]),
    [{ ...file, labels: ['lungs', 'lungs'] }, 'labels: the label "lungs" stands here twice'],
    [{ ...file, labels: ['lungs', 'Lungs'] }, 'labels: "lungs" and "Lungs" differ in case only'],
    [{ ...file, labels: ['lungs '] }, 'labels: "lungs " begins or ends with a space; write it without'],
    [{ ...file, untrained: false }, 'untrained: '],
    [{ ...file, thresholds: { lung: 0.5 } }, 'thresholds.lung: is not one of the labels lungs'],
    [
      { ...file, calibration: { temperature: 1, conformal: { errorRate: 0.1, n: 9, quantiles: { x: 1 } } } },
      'calibration.conformal.quantiles.x: is not',
    ],
    [{ ...file, metrics: [{ ...file.metrics[0], label: 'heart' }] }, 'metrics.0.label: is not one of the labels lungs'],
    [
      { ...file, metrics: [{ ...file.metrics[0], negatives: { kind: 'near', sets: [], n: 1 } }] },
      'metrics.0.negatives.sets: ',
    ],
    [{ ...file, initialisedFrom: [{ name: 'net' }] }, 'initialisedFrom.0.source: '],
    [{ ...file, speed: [{ medianMs: { total: -1 } }] }, 'speed.0.medianMs.total: '],
    ['text', '(file): '],
    [
      { ...file, presenceThreshold: { lungs: 1 } },
      'presenceThreshold: there is no field "presenceThreshold". Did you mean "presenceThresholds"?',
    ],
    [
      { ...file, model: { ...file.model, sha265: 'x' } },
      'model.sha265: there is no field "sha265". Did you mean "sha256"?',
    ],
    [
      { ...file, model: { ...file.model, outputs: [{ ...file.model.outputs[0], dType: 'float32' }] } },
      'model.outputs.0.dType: there is no field "dType". Did you mean "dtype"?',
    ],
    [
      { ...file, metrics: [{ ...file.metrics[0], data_set: 'cxr' }] },
      'metrics.0.data_set: there is no field "data_set". Did you mean "dataset"?',
    ],
    [
      { ...file, calibration: { temperature: 1, conformal: { errorRate: 0.1, n: 9, quantiles: {}, count: {} } } },
      'calibration.conformal.count: there is no field "count". Did you mean "counts"?',
    ],
    [{ ...file, encoder: { ...file.encoder, digest: 'x' } }, 'encoder.digest: there is no field "digest"'],
    [
      { ...file, trainedOn: [{ ...file.trainedOn[0], license: 'x' }] },
      'trainedOn.0.license: there is no field "license". Did you mean "licence"?',
    ],
    [
      { ...file, labels: ['lungs', 'heart'], model: withOutputs('masks', ['batch', 3, 16, 16]) },
      'model.outputs.0.shape: "masks" has 3 entries for 2 labels (lungs, heart)',
    ],
    [{ ...file, model: withOutputs('logits', ['batch', 2]) }, '"logits" has 2 entries for 1 label (lungs)'],
    [{ ...file, labels: ['lungs', 'heart'], model: withOutputs('logits', [3]) }, '"logits" has 3 entries'],
    [
      { ...file, model: withOutputs('masks', ['batch', 1, 16, 16], 'float16') },
      'needs a Cast at its inputs and outputs',
    ],
    [without('trainedOn'), 'trainedOn: is missing; expected a list of the data that the model learnt from, each with '],
    [without('licence'), 'licence: is missing; expected the licence of the weights, such as "Apache-2.0".'],
    [without('schema'), 'schema: is missing; expected the version of this format, which is 1'],
    [{ ...file, trainedOn: [{ dataset: 'cxr', n: 3 }] }, 'trainedOn.0.licence: is missing; expected a text'],
    [
      { ...file, metrics: [{ ...file.metrics[0], negatives: { kind: 'near', sets: ['a'] } }] },
      'metrics.0.negatives.n: is missing; expected a number',
    ],
    [
      { ...file, model: { ...file.model, inputs: [{ name: 'x', shape: [] }] } },
      'model.inputs.0.dtype: tensors are of float32',
    ],
    [{ ...file, licence: 7 }, 'licence: Invalid input: expected string, received number'],
  ])('names the path of a fault (%#)', (json, message) => {
    const error: unknown = expect.objectContaining({
      code: 'INVALID_MANIFEST',
      message: expect.stringContaining(message) as string,
    });
    expect(() => parseTrainedModel(json, LOCATION)).toThrow(error);
  });
});
