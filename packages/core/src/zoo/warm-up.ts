import { checkParams, float32Tensor, takeFloat32, type Head } from '../contract/index.js';
import type { OpenSessions } from '../sessions/open-once.js';
import { exampleParams } from './example-params.js';

/** Opens every model and runs it once on zeros of the real shape; rejects with the first fault, before anybody has asked. */
export async function warmUp(heads: readonly Head[], sessions: OpenSessions): Promise<void> {
  for (const head of heads) await warmUpHead(head, sessions);
}

/** Goes on after a fault: whoever asks for that head is told of it. */
export async function warmUpIfPossible(heads: readonly Head[], sessions: OpenSessions): Promise<void> {
  for (const head of heads) await warmUpHead(head, sessions).catch(() => undefined);
}

async function warmUpHead(head: Head, sessions: OpenSessions): Promise<void> {
  const { model, preprocess } = head.encoder.trained;
  const channels = preprocess.channels === 'gray' ? 1 : 3;
  const image = float32Tensor([1, channels, preprocess.size.height, preprocess.size.width]);
  const encoder = await sessions.open(model);
  const embedding = takeFloat32(await encoder.run({ [model.inputs[0]!.name]: image }), model.outputs[0]!.name);

  const specs = head.manifest.params;
  const session = await sessions.open(head.trained.model);
  const params = checkParams(specs, exampleParams(specs, preprocess.size), head.trained.labels);
  const feeds = head.feeds?.({ embedding, image, params, toModelSpace: (point) => point }) ?? { embedding };
  await session.run(feeds);
}
