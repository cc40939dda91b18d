import assert from 'node:assert/strict';
import { checkParams, takeFloat32, type Backend, type FeedInput, type Head, type Tensors } from '../contract/index.js';
import { createFindDomains } from '../domain/head-domains.js';
import { decodeImage } from '../image/decoding/decode-image.js';
import { fitImage, pointToModel } from '../image/preprocess/geometry.js';
import { preprocess } from '../image/preprocess/preprocess.js';
import { checkTensorValues } from '../model/check-tensor-values.js';
import { feedModel } from '../model/head/feed-model.js';
import { createOnnxBackend } from '../sessions/onnx/onnx-backend.js';
import { checkHeads } from '../zoo/config/check-heads.js';
import { checkResult } from '../tasks/index.js';
import { createZoo } from '../zoo/create-zoo.js';
import { exampleParams } from '../zoo/models/example-params.js';
import { checkGolden, checkGoldenAnswer, checkGoldenDomains, readGolden, type GoldenRecord } from './golden.js';
import { sampleTensors } from './sample-tensors.js';
import type { RegisterTest } from './test-backend.js';
import { unseenLabels } from './task-tests.js';
import { createTestImage } from './test-image.js';
import { checkVariantAnswers, embedByReference } from './variant-answers.js';

export interface HeadTests {
  readonly it: RegisterTest;
  /**
   * What a request says where the defaults do not do, in pixels of the test's image; prompts in its middle if left out.
   */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Where the model runs; ONNX Runtime on one thread if left out. */
  readonly backend?: () => Backend | Promise<Backend>;
  /** A golden.json; `params` are then in pixels of its picture. */
  readonly golden?: URL;
  /** How far from the golden record a number may be, relative to the largest of its stage; 1e-3 if left out. */
  readonly tolerance?: number;
  /**
   * How far a number of an answer (a presence, a share of a mask, a probability, a value) may be from that of the model
   * itself where a variant of it runs, relative to that or to 1; 0.05 if left out.
   */
  readonly variantTolerance?: number;
}

/** The head as its tests ask it. */
interface Subject {
  readonly head: Head;
  readonly createBackend: () => Backend | Promise<Backend>;
  /** What a request says. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly feed: (input: FeedInput) => Tensors;
  readonly decode: (outputs: Tensors) => ReturnType<Head['decode']>;
  readonly params: () => FeedInput['params'];
}

/**
 * The behaviour that every head keeps, as tests: `testHead(myHead, { it })`. The first ones need arrays only; the last
 * ones run the model on an image and, where there is a golden record, meet it stage by stage. The record is of the model
 * itself; each variant of it that the backend may open has to answer nearly alike.
 */
export function testHead(head: Head, options: HeadTests): void {
  const { it, backend: createBackend = () => createOnnxBackend({ threads: 1 }), golden } = options;
  const { tolerance = 1e-3, variantTolerance = 0.05 } = options;
  const { manifest, trained, encoder } = head;
  const given = options.params ?? exampleParams(manifest.params, encoder.trained.preprocess.size);
  const params = () => checkParams(manifest.params, given, trained.labels);
  const feed = (input: FeedInput): Tensors => feedModel(head, input);
  const decode = (outputs: Tensors) => head.decode({ outputs, params: params(), trained });
  const subject: Subject = { head, createBackend, given, feed, decode, params };

  it('has a manifest in order, with words for people', async () => checkManifest(subject));
  it('feeds its model what that declares, and leaves its inputs as they are', async () => checkFeeds(subject));
  it('decodes whatever its model may answer, twice alike, and leaves it as it is', async () => checkDecoding(subject));
  it('answers about an image, twice alike', async () => checkAnswers(subject, golden));
  if (trained.variants) {
    it('answers nearly alike with each of its variants', async () => meetVariants(subject, golden, variantTolerance));
  }
  if (!golden) return;
  it('meets its golden record stage by stage', async () => meetGolden(subject, readGolden(golden), tolerance));
}

function checkManifest({ head }: Subject): void {
  const { manifest, trained } = head;
  checkHeads([head]);
  const described = Object.values(manifest.params).map(({ description }) => description);
  for (const text of [manifest.title, manifest.intendedUse, ...described]) assert.match(text, /\w/);
  assert.ok(trained.labels.length > 0, 'A head needs labels; its model file has none.');
}

function checkFeeds({ head, feed, params }: Subject): void {
  const input = sampleInput(head, params());
  const before = structuredClone([input.embedding, input.image, input.params]);
  const feeds = feed(input);
  checkTensorValues('input', head.trained.model.inputs, feeds);
  assert.deepEqual(feed(input), feeds, 'The same inputs must be fed in the same way.');
  assert.deepEqual([input.embedding, input.image, input.params], before, 'feeds changed what it was given.');
}

/** What `feeds` is given, with made-up numbers. */
function sampleInput({ encoder }: Head, params: FeedInput['params']): FeedInput {
  const { inputs, outputs } = encoder.trained.model;
  const tensors = sampleTensors([...inputs, ...outputs]);
  const [image, embedding] = [inputs, outputs].map(([spec]) => takeFloat32(tensors, spec!.name));
  return { image: image!, embedding: embedding!, params, toModelSpace: (point) => point };
}

function checkDecoding({ head, decode }: Subject): void {
  const { manifest, trained } = head;
  const results: unknown[] = [];
  for (const seed of [1, 2, 3]) {
    const outputs = sampleTensors(trained.model.outputs, seed);
    const before = structuredClone(outputs);
    const result = structuredClone(decode(outputs));
    checkResult(head, result);
    assert.deepEqual(decode(outputs), result, 'The same outputs must be decoded to the same result.');
    assert.deepEqual(outputs, before, 'decode changed the outputs it was given.');
    results.push(result);
  }
  const without = unseenLabels(manifest.task, trained.labels, results).join(', ');
  assert.equal(
    without,
    '',
    `These labels get no probability, whatever the model answers: has it an output for each? ${without}`,
  );
}

async function checkAnswers({ head, createBackend, given }: Subject, golden: URL | undefined): Promise<void> {
  const { id } = head.manifest;
  const zoo = await createZoo({ heads: [head], backend: await createBackend(), cacheBytes: 0 });
  const image = golden ? readGolden(golden).picture : await createTestImage(head.encoder.trained.preprocess.size);
  const requests = { [id]: given as Record<string, never> };
  // A made image is of no kind that a head was trained on.
  const ask = async (): Promise<unknown> => {
    const outcome = (await zoo.analyze(image, requests, { outOfDomain: 'warn' }))[id];
    if (!outcome?.ok) throw outcome?.error ?? new Error('There is no outcome.');
    return outcome.value;
  };
  const first = await ask();
  assert.deepEqual(await ask(), first, 'The same image must be answered in the same way.');
  await zoo.close();
}

async function meetGolden(
  { head, createBackend, feed, decode, params }: Subject,
  record: GoldenRecord,
  tolerance: number,
): Promise<void> {
  const { trained, encoder } = head;
  const picture = await decodeImage(record.picture);
  const image = preprocess(picture, encoder.trained.preprocess);
  checkGolden('image', image, record, tolerance);

  const runtime = await createBackend();
  const embedding = await embedByReference(encoder, image, runtime);
  checkGolden('embedding', embedding, record, tolerance);
  const [checked] = checkHeads([head]);
  checkGoldenDomains(createFindDomains([checked!])(checked!, embedding).all, record, tolerance);

  const geometry = fitImage(picture, encoder.trained.preprocess);
  const session = await runtime.open(trained.model);
  const outputs = await session.run(
    feed({ image, embedding, params: params(), toModelSpace: (point) => pointToModel(point, geometry) }),
  );
  for (const [name, output] of Object.entries(outputs)) checkGolden(name, output, record, tolerance);
  const result = decode(outputs);
  checkResult(head, result);
  checkGoldenAnswer(trained.labels, result, record, tolerance);
  await session.close();
}

async function meetVariants(
  { head, createBackend, feed, decode, params }: Subject,
  golden: URL | undefined,
  tolerance: number,
): Promise<void> {
  const { preprocess: spec } = head.encoder.trained;
  const picture = await decodeImage(golden ? readGolden(golden).picture : await createTestImage(spec.size));
  const image = preprocess(picture, spec);
  const backend = await createBackend();
  const embedding = await embedByReference(head.encoder, image, backend);
  const geometry = fitImage(picture, spec);
  const feeds = feed({ image, embedding, params: params(), toModelSpace: (point) => pointToModel(point, geometry) });
  await checkVariantAnswers(head, { backend, feeds, decode, tolerance });
}
