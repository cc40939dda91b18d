import { expect, it } from 'vitest';
import type { TrainedEncoder } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testEncoder } from '../../testing/test-heads.js';
import { testDomainEncoder, testDomainWith } from '../../testing/test-domains.js';
import { createTestImage } from '../../testing/test-image.js';
import { answerKey, encodingKey, headKey } from './cache-keys.js';
import { createZoo } from '../create-zoo.js';

const { trained } = testEncoder;
const { model, preprocess } = trained;

it('an embedding is kept under everything it depends on', () => {
  const changed: TrainedEncoder[] = [
    { ...trained, model: { ...model, sha256: '0'.repeat(64) } },
    { ...trained, model: { ...model, data: { url: 'file:///x', sha256: '1'.repeat(64), bytes: 1 } } },
    { ...trained, model: { ...model, inputs: [{ ...model.inputs[0]!, name: 'pixels' }] } },
    { ...trained, preprocess: { ...preprocess, fit: 'letterbox' } },
    { ...trained, preprocess: { ...preprocess, antialias: false } },
    { ...trained, preprocess: { ...preprocess, channels: 'bgr' } },
    { ...trained, preprocess: { ...preprocess, std: [1, 2, 3] } },
    { ...trained, preprocess: { ...preprocess, size: { width: 16, height: 32 } } },
  ];
  const keys = [trained, ...changed].map((one) => encodingKey('image', one));
  expect(new Set([...keys, encodingKey('image of frame 2', trained)]).size).toBe(changed.length + 2);
  const { antialias, ...rest } = preprocess;
  const reordered = { ...trained, version: '9', preprocess: { antialias: antialias!, ...rest } };
  expect(encodingKey('image', reordered)).toBe(keys[0]);
});

it('an answer is kept under the head, all of its model file, its encoder and the request', () => {
  const { model: own } = testClasses.trained;
  const heads = [
    testClasses,
    { ...testClasses, trained: { ...testClasses.trained, version: '2.0.0' } },
    { ...testClasses, trained: { ...testClasses.trained, labels: testClasses.trained.labels.toReversed() } },
    { ...testClasses, trained: { ...testClasses.trained, thresholds: { normal: 0.4 } } },
    { ...testClasses, trained: { ...testClasses.trained, presenceThresholds: { normal: 0.4 } } },
    { ...testClasses, trained: { ...testClasses.trained, calibration: { temperature: 2 } } },
    { ...testClasses, trained: { ...testClasses.trained, model: { ...own, sha256: '2'.repeat(64) } } },
    { ...testClasses, trained: { ...testClasses.trained, domains: [testDomainWith(0)] } },
    { ...testClasses, encoder: testDomainEncoder },
    {
      ...testClasses,
      encoder: { ...testEncoder, trained: { ...trained, preprocess: { ...preprocess, std: [1, 1, 1] } } },
    },
  ].map((head) => headKey(head, { head: own.sha256, encoder: model.sha256 }));
  const keys = heads.map((head) => answerKey('image', head, { params: {} }));
  const asked = [
    { params: { threshold: 0.4 } },
    { params: {}, encodings: ['png'] },
    { params: {}, encodings: ['png', 'polygons'] },
    { params: {}, polygonTolerance: 1 },
    { params: {}, outOfDomain: 'warn' },
  ] as const;
  keys.push(answerKey('another', heads[0]!, { params: {} }), ...asked.map((one) => answerKey('image', heads[0]!, one)));
  const others = [
    { head: own.sha256, encoder: '3'.repeat(64) },
    { head: '3'.repeat(64), encoder: model.sha256 },
    { head: model.sha256, encoder: own.sha256 },
  ];
  keys.push(...others.map((ran) => answerKey('image', headKey(testClasses, ran), { params: {} })));
  expect(new Set(keys).size).toBe(keys.length);
  const turned = { params: {}, encodings: ['polygons', 'png', 'png'] } as const;
  expect(answerKey('image', heads[0]!, turned)).toBe(answerKey('image', heads[0]!, asked[2]));
});

it('two encoders with the same weights and another preprocessing share nothing but the decoded pixels', async () => {
  const letterbox: TrainedEncoder = { ...trained, preprocess: { ...preprocess, fit: 'letterbox', mean: [0, 0, 0] } };
  const other = {
    ...testClasses,
    manifest: { ...testClasses.manifest, id: 'other' },
    encoder: { id: 'letterbox', trained: letterbox },
  } as const;
  const fed: number[] = [];
  const backend = createFakeBackend({
    run(feeds, { sha256 }) {
      if (sha256 === model.sha256) fed.push((feeds.image!.data as Float32Array)[0]!);
      return undefined;
    },
  });
  const zoo = await createZoo({ heads: [testClasses, other], backend });
  const image = await createTestImage();
  const answers = await zoo.analyze(image, { 'test-classes': {}, other: {} });
  expect(new Set(fed).size).toBe(2);
  expect(answers).toMatchObject({
    'test-classes': { provenance: { preprocess: { fit: 'stretch' }, cached: false } },
    other: { provenance: { preprocess: { fit: 'letterbox' }, cached: false } },
  });
});
