import assert from 'node:assert/strict';
import {
  float32Tensor,
  int64Tensor,
  uint8Tensor,
  type Backend,
  type ErrorCode,
  type ModelSpec,
  type Session,
  type Tensors,
} from '../contract/index.js';
import { stackFeeds } from '../sessions/batching/batch-tensors.js';
import { TEST_MODELS, type TestModels } from './test-models.js';

/** Registers a test, as `it` of vitest, jest and mocha and `test` of node:test do. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** What the tests of each group need. */
interface Bench {
  readonly it: RegisterTest;
  readonly models: TestModels;
  readonly createBackend: () => Backend | Promise<Backend>;
  readonly open: (spec: ModelSpec) => Promise<Session>;
  /** A test on one open session. */
  readonly withSession: (spec: ModelSpec, run: (session: Session) => Promise<void>) => () => Promise<void>;
}

/**
 * The behaviour that every backend keeps, as tests: `testBackend(() => createMyBackend(), { it })`. Each test makes a
 * backend of its own and closes what it opened.
 */
export function testBackend(
  createBackend: () => Backend | Promise<Backend>,
  { it, models = TEST_MODELS }: { readonly it: RegisterTest; readonly models?: TestModels },
): void {
  const open = async (spec: ModelSpec): Promise<Session> => (await createBackend()).open(spec);
  const withSession: Bench['withSession'] = (spec, run) => async () => {
    const session = await open(spec);
    await run(session).finally(() => session.close());
  };
  const bench: Bench = { it, models, createBackend, open, withSession };
  testAnswers(bench);
  testRefusals(bench);
  testEnds(bench);
}

function testAnswers({ it, models: { types }, withSession }: Bench): void {
  it(
    'runs a model with every element type and names the provider in use',
    withSession(types, async (session) => {
      assert.deepEqual(await session.run(feedsOf(2, 0.5)), outputsOf(2, 0.5));
      assert.match(session.provider, /\S/);
    }),
  );

  it(
    'takes any length of a free dimension, none as well',
    withSession(types, async (session) => {
      for (const length of [3, 0, 1]) assert.deepEqual(await session.run(feedsOf(length, 1)), outputsOf(length, 1));
    }),
  );

  it(
    'gives each of many concurrent askers their own answer',
    withSession(types, async (session) => {
      const values = Array.from({ length: 20 }, (_, index) => index);
      const answers = await Promise.all(values.map((value) => session.run(feedsOf(2, value))));
      assert.deepEqual(
        answers,
        values.map((value) => outputsOf(2, value)),
      );
    }),
  );

  it(
    'runs several items at once as it would each alone, as many as its session says that it gains from',
    withSession(types, async (session) => {
      const { batching = { maxBatch: 3 } } = session;
      if (!batching) return; // it says that it would not
      const { maxBatch, waitMs = 0 } = batching;
      assert.ok(Number.isInteger(maxBatch) && maxBatch >= 1 && waitMs >= 0, 'batching must be { maxBatch, waitMs }');
      const values = Array.from({ length: maxBatch }, (_, index) => index + 0.5);
      const together = await session.run(stackFeeds(values.map((value) => feedsOf(1, value))));
      assert.deepEqual(together, stackFeeds(values.map((value) => outputsOf(1, value))));
    }),
  );
}

function testRefusals({ it, models: { types, nan }, open, withSession }: Bench): void {
  it(
    'refuses feeds that were not declared, and runs the next',
    withSession(types, async (session) => {
      const right = feedsOf(2, 1);
      const wrong: Record<string, Tensors> = {
        'one is missing': { floats: right.floats!, bytes: right.bytes! },
        'one is unknown': { ...right, more: right.floats! },
        'another element type': { ...right, floats: uint8Tensor([2]) },
        'another rank': { ...right, floats: float32Tensor([2, 1]) },
        'two lengths of one dimension': { ...right, floats: float32Tensor([3]) },
      };
      for (const [name, feeds] of Object.entries(wrong)) await rejectsWith(session.run(feeds), 'MODEL_MISMATCH', name);
      assert.deepEqual(await session.run(right), outputsOf(2, 1));
    }),
  );

  it(
    'fails when an output is not finite, naming it',
    withSession(nan, async (session) => {
      const run = session.run({ embedding: float32Tensor([1, 4, 2, 2]) });
      await assert.rejects(run, { name: 'ZooError', code: 'INFERENCE_FAILED', message: /"logits"/ });
    }),
  );

  it('refuses a model whose tensors are not the declared ones', async () => {
    const other = types.inputs.map((input) => (input.name === 'longs' ? { ...input, name: 'integers' } : input));
    await rejectsWith(open({ ...types, inputs: other }), 'MODEL_MISMATCH', 'another name');
    const fixed = types.outputs.map((output) => ({ ...output, shape: [2] }));
    await rejectsWith(open({ ...types, outputs: fixed }), 'MODEL_MISMATCH', 'a fixed length');
  });

  it('refuses weights of another digest or size', async () => {
    await rejectsWith(open({ ...types, sha256: '0'.repeat(64) }), 'WEIGHTS_CORRUPT', 'another digest');
    await rejectsWith(open({ ...types, bytes: types.bytes + 1 }), 'WEIGHTS_CORRUPT', 'another size');
  });
}

function testEnds({ it, models: { types }, createBackend, open, withSession }: Bench): void {
  it(
    'does nothing for an asker who has left, and runs the next',
    withSession(types, async (session) => {
      const reason = new Error('left');
      await assert.rejects(session.run(feedsOf(1, 1), AbortSignal.abort(reason)), reason);
      assert.deepEqual(await session.run(feedsOf(1, 1)), outputsOf(1, 1));
    }),
  );

  it('closes after the runs under way, as often as it is told, and runs no more', async () => {
    const session = await open(types);
    const run = session.run(feedsOf(1, 1));
    await Promise.all([session.close(), session.close()]);
    assert.deepEqual(await run, outputsOf(1, 1));
    await session.close();
    await rejectsWith(session.run(feedsOf(1, 1)), 'BACKEND_UNAVAILABLE', 'closed');
  });

  it('keeps two sessions of one model apart', async () => {
    const backend = await createBackend();
    const [first, second] = await Promise.all([backend.open(types), backend.open(types)]);
    await first.close();
    assert.deepEqual(await second.run(feedsOf(1, 1)), outputsOf(1, 1));
    await second.close();
  });
}

function feedsOf(length: number, value: number): Tensors {
  return {
    floats: float32Tensor([length], new Float32Array(length).fill(value)),
    bytes: uint8Tensor([length], new Uint8Array(length).fill(200)),
    longs: int64Tensor([length], new BigInt64Array(length).fill(-(2n ** 53n) - 1n)),
  };
}

function outputsOf(length: number, value: number): Tensors {
  const { bytes, longs } = feedsOf(length, value);
  const sum = float32Tensor([length], new Float32Array(length).fill(value + 200));
  return { sum, same_bytes: bytes!, same_longs: longs! };
}

async function rejectsWith(promise: Promise<unknown>, code: ErrorCode, why: string): Promise<void> {
  await assert.rejects(promise, { name: 'ZooError', code }, `expected ${code} for: ${why}`);
}
