import { float32Tensor, takeFloat32, type Session } from '../../contract/index.js';
import { readEncoderFile } from '../../model/read-model-file.js';
import { loadOnnxruntime } from '../../sessions/onnx/load-onnxruntime.js';
import { createOnnxBackend } from '../../sessions/onnx/onnx-backend.js';
import { timed } from '../../flow/timed.js';
import type { Question, Told } from './ask-self-test.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/** How long it runs the model for. */
const TEST_MS = 1000;
/** Of the largest value: GPUs multiply float32 in shorter formats. */
const TOLERANCE = 0.01;

/** A pooling and a convolution: linear, and so are its answers. */
const { model } = readEncoderFile(new URL('../../../test-models/encoder.json', import.meta.url));
const PIXELS = Float32Array.from({ length: 3 * 16 * 16 }, (_, index) => (index % 17) / 17);

/** What `askSelfTest` runs: answers one question and ends. */
const question = JSON.parse(process.argv[2]!) as Question;
const told = await answer().catch((error: unknown): Told => {
  return { state: 'failed', reason: describeThrown(error).trim() };
});
process.send!(told, () => process.exit());

async function answer(): Promise<Told> {
  if (question.ask === 'test') return test(question.provider);
  const { listSupportedBackends } = await loadOnnxruntime();
  return {
    state: 'listed',
    providers: listSupportedBackends().map(({ name, bundled }) => ({ name, isBundled: bundled })),
  };
}

/**
 * Opens the model on one provider, with proof that it is that one, holds its numbers against the CPU's, and runs it for
 * a second.
 */
async function test(provider: string): Promise<Told> {
  const cpu = await (await createOnnxBackend({ providers: ['cpu'] })).open(model);
  const expected = (await embed(cpu, PIXELS)).map((value) => 2 * value);
  const backend = await createOnnxBackend({ providers: [provider] });
  const { value: session, ms: openMs } = await timed(() => backend.open(model));
  const input = PIXELS.map((value) => 2 * value);
  checkSame(await embed(session, input), expected);
  let runs = 0;
  const start = performance.now();
  do {
    await embed(session, input);
    runs += 1;
  } while (performance.now() - start < TEST_MS);
  return { state: 'passed', used: session.provider, openMs, runMs: (performance.now() - start) / runs, runs };
}

async function embed(session: Session, pixels: Float32Array): Promise<Float32Array> {
  return takeFloat32(await session.run({ image: float32Tensor([1, 3, 16, 16], pixels) }), 'embedding').data;
}

function checkSame(found: Float32Array, expected: Float32Array): void {
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - found[index]!)));
  if (largest > 0 && worst <= TOLERANCE * largest) return;
  throw new Error(
    `its numbers are wrong: ${worst} off, of values up to ${largest}. Update its driver, or leave it out of providers`,
  );
}
