import { describe, expect, it } from 'vitest';
import { defineHead, type DecodeRequest, type Head, type ImageDecoder, type WindowRule } from '../contract/index.js';
import { stepsUnderWay } from '../flow/steps-under-way.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { testClasses } from '../testing/test-heads.js';
import { createZoo } from './create-zoo.js';

const FILE = Buffer.from('FAKE and its pixels');

/** Reads files that begin with FAKE, as a grey ramp; remembers how it was asked. */
function createDecoder(): ImageDecoder & { readonly requests: DecodeRequest[] } {
  const requests: DecodeRequest[] = [];
  const [width, height, frames] = [6, 4, 3];
  const spacing = { x: 0.5, y: 0.5, unit: 'mm', source: 'drawn' } as const;
  return {
    requests,
    sniff: (start) => (Buffer.from(start.subarray(0, 4)).toString() === 'FAKE' ? 'fake' : undefined),
    open: (_file, format, { frame = 0 }) =>
      Promise.resolve({
        description: { format, width, height, frame, frames, facts: { modality: 'CT' } as never },
        pixels: width * height,
        decodeBytes: 100,
        decode(_bytes, request) {
          requests.push(request);
          const data = Uint8Array.from({ length: width * height }, (_, index) => index * (frame + 1));
          const window = { center: 40, width: 400, function: 'LINEAR', source: 'fixed' } as const;
          return Promise.resolve({
            width,
            height,
            channels: 1,
            data,
            format,
            view: { frame, frames, window, spacing, modality: 'CT' },
          });
        },
        readStored: () => Promise.reject(new Error('Not needed here.')),
      }),
  };
}

const fixed: WindowRule = { rule: 'fixed', center: 40, width: 400 };
const wide: WindowRule = { rule: 'percentiles', low: 1, high: 99 };
const { encoder } = testClasses;
const ruled = {
  ...encoder,
  trained: { ...encoder.trained, preprocess: { ...encoder.trained.preprocess, window: fixed } },
};
const onRule = defineHead({ ...testClasses, encoder: ruled });
const onOwnRule = {
  ...testClasses,
  manifest: { ...testClasses.manifest, id: 'own-rule' },
  encoder: ruled,
  trained: { ...testClasses.trained, preprocess: { window: wide } },
} as Head;

describe('the decoders of a config', () => {
  it('read what core does not, for a head, and provenance says what was used', async () => {
    const decoder = createDecoder();
    const zoo = await createZoo({ heads: [testClasses], backend: createFakeBackend(), decoders: [decoder] });
    const { 'test-classes': outcome } = await zoo.analyze(FILE, { 'test-classes': {} }, { view: { frame: 2 } });
    expect(outcome).toMatchObject({
      ok: true,
      provenance: {
        image: { format: 'fake', width: 6, height: 4 },
        view: { frame: 2, frames: 3, window: { source: 'fixed' }, spacing: { x: 0.5, unit: 'mm' }, modality: 'CT' },
      },
    });
    expect(decoder.requests).toMatchObject([{ purpose: 'head' }]);
    expect(decoder.requests[0]!.rule).toBeUndefined();
    await zoo.close();
  });

  it('are told the window that an encoder declares, or the head where it declares another', async () => {
    const decoder = createDecoder();
    const heads: readonly Head[] = [onRule, onOwnRule];
    const zoo = await createZoo({ heads, backend: createFakeBackend(), decoders: [decoder] });
    const outcomes = await zoo.analyze(FILE, { 'test-classes': {}, 'own-rule': {} });
    expect(decoder.requests.map(({ rule }) => rule)).toEqual([fixed, wide]);
    expect(outcomes['test-classes'].provenance?.preprocess.window).toEqual(fixed);
    expect(outcomes['own-rule'].provenance?.preprocess.window).toEqual(wide);
    const again = await zoo.analyze(FILE, { 'test-classes': {}, 'own-rule': {} });
    expect([again['test-classes'].provenance?.cached, again['own-rule'].provenance?.cached]).toEqual([true, true]);
    await zoo.close();
  });

  it('say the modality: an answer of a head that was trained on another warns, and names no error rate', async () => {
    const trainedOn = (id: string, modality: string): Head => ({
      ...testClasses,
      decode: (input) => ({
        ...testClasses.decode(input),
        plausible: { labels: input.trained.labels, errorRate: 0.1 },
      }),
      manifest: { ...testClasses.manifest, id, modalities: [modality] },
    });
    const heads: readonly Head[] = [trainedOn('on-mr', 'MR'), trainedOn('on-ct', 'CT')];
    const zoo = await createZoo({ heads, backend: createFakeBackend(), decoders: [createDecoder()] });
    const outcomes = await zoo.analyze(FILE, { 'on-mr': {}, 'on-ct': {} });
    expect(outcomes['on-mr'].provenance?.warnings).toEqual([expect.stringContaining('modality CT') as string]);
    expect(outcomes['on-ct'].provenance).not.toHaveProperty('warnings');
    expect(outcomes['on-mr']).not.toHaveProperty('value.plausible');
    expect(outcomes['on-ct']).toHaveProperty('value.plausible.errorRate', 0.1);
    await zoo.close();
  });

  it('say nothing of weights: an answer of random ones warns its reader all the same', async () => {
    const random: Head = { ...testClasses, trained: { ...testClasses.trained, untrained: true } };
    const zoo = await createZoo({ heads: [random], backend: createFakeBackend(), decoders: [createDecoder()] });
    const { [random.manifest.id]: outcome } = await zoo.analyze(FILE, { [random.manifest.id]: {} });
    expect(outcome!.provenance?.warnings).toEqual([expect.stringContaining('are random') as string]);
    await zoo.close();
  });

  it('are not taken to hang while an image waits for the memory that another is decoded in', async () => {
    const decoding: (() => void)[] = [];
    const slow: ImageDecoder = {
      ...createDecoder(),
      async open(...given) {
        const readable = await createDecoder().open(...given);
        const begun = () => new Promise<void>((resolve) => decoding.push(resolve));
        return { ...readable, decode: (...asked) => begun().then(() => readable.decode(...asked)) };
      },
    };
    const limits = { maxDecodingBytes: 100 }; // of one image
    const zoo = await createZoo({ heads: [testClasses], backend: createFakeBackend(), decoders: [slow], limits });
    const asked = [0, 1].map((frame) => zoo.analyze(FILE, { 'test-classes': {} }, { view: { frame } }));
    await expect.poll(() => decoding.length).toBe(1);
    expect([stepsUnderWay.look(), stepsUnderWay.look(), stepsUnderWay.look()]).toEqual([1, 2, 3]);
    decoding[0]!();
    await expect.poll(() => decoding.length).toBe(2);
    expect(stepsUnderWay.look()).toBe(1);
    decoding[1]!();
    await Promise.all(asked);
    await zoo.close();
  });

  it('are left out: the error says which option would read the file', async () => {
    const zoo = await createZoo({ heads: [testClasses], backend: createFakeBackend() });
    const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
    await expect(zoo.analyze(dicom, { 'test-classes': {} })).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining('decoders: [dicom()]') as string,
    });
    await zoo.close();
  });

  it.each([[createDecoder], [{}], 'dicom'])('are functions called: %o is none', async (decoders) => {
    const wrong = createZoo({ heads: [testClasses], decoders: [decoders].flat() as never });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
  });
});
