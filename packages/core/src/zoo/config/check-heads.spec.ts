import { describe, expect, it } from 'vitest';
import { scoresOf, takeFloat32, type DecodeInput, type Head } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testMasks } from '../../testing/test-heads.js';
import { createZoo } from '../create-zoo.js';

type Json = Record<string, unknown>;
const manifest = testMasks.manifest as unknown as Json;
const params = manifest.params as Json;

/** A head as somebody may have written it in plain JavaScript. */
const plain = (changes: Json): Json => ({ ...testMasks, ...changes });
const about = (changes: Json): Json => plain({ manifest: { ...manifest, ...changes } });
const withParam = (spec: unknown): Json => about({ params: { ...params, size: spec } });
const { trained } = testMasks;

describe('a head in plain JavaScript', () => {
  it.each<[string, unknown, string]>([
    [
      'a type that there is not',
      withParam({ type: 'integer', default: 1, description: 'x' }),
      'manifest.params.size.type: a param is of the type number, boolean',
    ],
    ['a param that is no object', withParam(5), 'manifest.params.size: '],
    [
      'a default of another type',
      withParam({ type: 'number', default: '1', description: 'x' }),
      'manifest.params.size.default: ',
    ],
    [
      'a default out of range',
      withParam({ type: 'number', default: 9, max: 1, description: 'x' }),
      '"size" must be a number to 1; got 9',
    ],
    [
      'a bound that is misspelt',
      withParam({ type: 'number', default: 1, maximum: 2, description: 'x' }),
      'manifest.params.size.maximum: there is no field "maximum"',
    ],
    ['no description', withParam({ type: 'boolean', default: true }), 'manifest.params.size.description: '],
    [
      'a choice of nothing',
      withParam({ type: 'choice', default: 'a', options: [], description: 'x' }),
      'manifest.params.size.options: ',
    ],
    [
      'a choice that it offers twice',
      withParam({ type: 'choice', default: 'a', options: ['a', 'b', 'a'], description: 'x' }),
      'manifest.params.size.options.2: "a" stands here twice',
    ],
    [
      'a choice that shows as nothing',
      withParam({ type: 'choice', default: 'a', options: ['a', ' '], description: 'x' }),
      'manifest.params.size.options.1: is empty',
    ],
    ['a param without a name', about({ params: { ...params, ' ': params.threshold } }), 'manifest.params. : '],
    [
      'a list without end',
      withParam({ type: 'points', maxItems: 1e6, description: 'x' }),
      'manifest.params.size.maxItems: ',
    ],
    [
      'another word for its task',
      about({ task: 'classify' }),
      'manifest.task: a task is "segmentation" or "classification"',
    ],
    ['no params', about({ params: undefined }), 'manifest.params: '],
    ['no title', about({ title: undefined }), 'manifest.title: '],
    ...['', ' ', '\n\t'].flatMap((blank): [string, unknown, string][] => [
      [`the title ${JSON.stringify(blank)}`, about({ title: blank }), 'manifest.title: is empty; give it a name'],
      [`the id ${JSON.stringify(blank)}`, about({ id: blank }), 'manifest.id: '],
      [`the modality ${JSON.stringify(blank)}`, about({ modalities: [blank] }), 'manifest.modalities.0: is empty'],
      [
        `the label ${JSON.stringify(blank)}`,
        plain({ trained: { ...trained, labels: ['left', blank] } }),
        'trained.labels.1: is empty',
      ],
      [
        `an encoder with the id ${JSON.stringify(blank)}`,
        plain({ encoder: { ...testMasks.encoder, id: blank } }),
        'encoder.id: is empty',
      ],
    ]),
    ['modalities that are text', about({ modalities: 'DX' }), 'manifest.modalities: '],
    [
      'a field of a later release',
      about({ audience: 'x' }),
      'If it is of a later release of medzoo, update @medzoo/core instead; `npm ls @medzoo/core` says which',
    ],
    [
      'a field that is misspelt',
      about({ intendeduse: 'x' }),
      'manifest.intendeduse: there is no field "intendeduse". Did you mean "intendedUse"?',
    ],
    ['an id with capitals', about({ id: 'Lungs' }), "manifest.id: a head's id is lower-case words"],
    ['no manifest', plain({ manifest: undefined }), 'manifest: '],
    ['no encoder', plain({ encoder: undefined }), 'encoder: '],
    ['an encoder without an id', plain({ encoder: { trained: testMasks.encoder.trained } }), 'encoder.id: '],
    [
      'an encoder that is no encoder',
      plain({ encoder: { id: 'x', trained: testClasses.trained } }),
      'encoder.trained.preprocess: ',
    ],
    ['no model file', plain({ trained: undefined }), 'trained: is missing; expected an object'],
    [
      "labels that are none of the model's",
      plain({ trained: { ...trained, labels: ['left'] } }),
      'trained.presenceThresholds.right: is not one of the labels left',
    ],
    [
      'fewer labels than channels',
      plain({ trained: { ...trained, labels: ['left', 'right', 'both'] } }),
      'trained.model.outputs.0.shape: "masks" has 2 entries for 3 labels',
    ],
    [
      'no labels',
      plain({ trained: { ...testClasses.trained, labels: [] }, encoder: testClasses.encoder }),
      'has no labels',
    ],
    [
      'a digest that is none',
      plain({ trained: { ...trained, model: { ...trained.model, sha256: 'x' } } }),
      'trained.model.sha256: expected 64',
    ],
    ['no decode', plain({ decode: undefined }), 'decode: must be a function'],
    ['feeds that are no function', plain({ feeds: {} }), 'feeds: must be a function'],
    ['feeds that are misspelt', plain({ feed: () => ({}) }), 'feed: there is no field "feed". Did you mean "feeds"?'],
    ['nothing', undefined, 'heads[1] must be a head; got undefined'],
    ['a promise', Promise.resolve(testMasks), 'Write `await` before it'],
    ['text', 'automed', 'heads[1] must be a head; got "automed"'],
  ])('with %s is INVALID_MANIFEST at createZoo, with the path', async (_, head, message) => {
    const refused = createZoo({ heads: [testClasses, head as never] });
    await expect(refused).rejects.toMatchObject({ name: 'ZooError', code: 'INVALID_MANIFEST', blame: 'author' });
    await expect(refused).rejects.toThrow(message);
  });

  it('may be an instance of a class, with more than a zoo reads', async () => {
    class Own {
      readonly manifest = { ...testMasks.manifest, id: 'own' };
      readonly encoder = testMasks.encoder;
      readonly trained = testMasks.trained;
      readonly changelog = 'First.';
      readonly label = 'left';
      decode() {
        const size = { width: 1, height: 1 };
        const about = { size, probabilities: new Float32Array(1), threshold: 0.5, presence: 1, quality: 1 };
        return { masks: [{ label: this.label, ...about }] };
      }
    }
    const zoo = await createZoo({ heads: [new Own()], threads: 1 });
    const { createTestImage } = await import('../../testing/test-image.js');
    const answer = await zoo.analyze(await createTestImage(), { own: {} });
    expect(answer).toMatchObject({ own: { ok: true, value: { masks: [{ label: 'left' }] } } });
    await zoo.close();
  });
});

describe('a head whose model is not as a zoo needs it', () => {
  const { model } = testClasses.trained;
  const withModel = (changes: Partial<typeof model>): Head => ({
    ...testClasses,
    trained: { ...testClasses.trained, model: { ...model, ...changes } },
  });
  const fixed = (tensors: typeof model.inputs) => tensors.map((one) => ({ ...one, shape: [1, ...one.shape.slice(1)] }));
  const renamed = model.outputs.map((one) => ({ ...one, name: one.name === 'logits' ? 'scores' : one.name }));

  it.each([
    [
      'a fixed batch',
      withModel({ inputs: fixed(model.inputs), outputs: fixed(model.outputs) }),
      /first dimension must be free.*fixed: embedding float32 \[1, 4, 2, 2\]; logits.*dynamic_axes=\{"embedding": \{0: "batch"\}/,
    ],
    [
      'an output of another name',
      withModel({ outputs: renamed }),
      /needs an output "logits" of float32.*declares scores float32 \[batch, 3\].*output_names/,
    ],
    [
      'another number of entries than its decode reads',
      {
        ...withModel({ outputs: [{ ...model.outputs[0]!, name: 'grades', shape: ['batch', 4] }] }),
        decode: readGrades,
      },
      /The model has 3 labels .*declares grades float32 \[batch, 4\]/,
    ],
  ])('is refused for %s before any model is opened', async (_, head, message) => {
    const backend = createFakeBackend();
    await expect(createZoo({ heads: [head], backend })).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      blame: 'author',
      message: expect.stringMatching(/^The head "test-classes" cannot be served/) as string,
    });
    await expect(createZoo({ heads: [head], backend })).rejects.toThrow(message);
    expect(backend.opened).toEqual([]);
  });

  it('is not judged by zeros where its own code minds them, or where a length is not known', async () => {
    const own = { ...testClasses, decode: () => failOn('zeros') };
    const free = renamed.map((one) => ({ ...one, shape: ['batch', 'labels'] }));
    for (const head of [own, withModel({ outputs: free })]) {
      await expect(createZoo({ heads: [head], backend: createFakeBackend() })).resolves.toBeDefined();
    }
  });

  function readGrades({ outputs, trained }: DecodeInput) {
    return { scores: scoresOf(takeFloat32(outputs, 'grades'), trained.labels) };
  }

  function failOn(what: string): never {
    throw new Error(`It does not decode ${what}.`);
  }
});
