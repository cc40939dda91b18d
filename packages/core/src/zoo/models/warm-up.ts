import {
  checkParams,
  float32Tensor,
  takeFloat32,
  type Head,
  type Session,
  type Tensors,
} from '../../contract/index.js';
import { filesOfModel } from '../../contract/model/model-files.js';
import { feedModel } from '../../model/head/feed-model.js';
import type { SessionPool } from '../../sessions/memory/session-pool.js';
import { listModels } from './list-models.js';
import { exampleParams } from './example-params.js';
import { explainNotFinite } from '../head/explain-not-finite.js';
import { decodeOutputs } from '../head/in-head.js';

/**
 * Opens every model, runs it once on zeros of the real shape, and decodes what a head's model gives; rejects with the
 * first fault, before anybody has asked.
 */
export async function warmUp(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  for (const head of heads) await warmUpHead(head, sessions);
}

/** Goes on after a fault: whoever asks for that head is told of it. */
export async function warmUpIfPossible(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  for (const head of heads) await warmUpHead(head, sessions).catch(() => undefined);
}

/** Opens every model and runs none; goes on after a fault in the same way. */
export async function openIfPossible(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  for (const { spec } of listModels(heads)) await sessions.use(spec, () => Promise.resolve()).catch(() => undefined);
}

async function warmUpHead(head: Head, sessions: SessionPool): Promise<void> {
  const { model, preprocess } = head.encoder.trained;
  const channels = preprocess.channels === 'gray' ? 1 : 3;
  const image = float32Tensor([1, channels, preprocess.size.height, preprocess.size.width]);
  const encoded = await sessions.use(filesOfModel(head.encoder.trained), (session) =>
    runOnce(session, { [model.inputs[0]!.name]: image }, `The encoder "${head.encoder.id}"`),
  );
  const embedding = takeFloat32(encoded, model.outputs[0]!.name);

  const specs = head.manifest.params;
  const params = checkParams(specs, exampleParams(specs, preprocess.size), head.trained.labels);
  const feeds = feedModel(head, { embedding, image, params, toModelSpace: (point) => point });
  const outputs = await sessions.use(filesOfModel(head.trained), (session) =>
    runOnce(session, feeds, `The head "${head.manifest.id}"`),
  );
  decodeOutputs(head, outputs, params);
}

async function runOnce(session: Session, feeds: Tensors, what: string): Promise<Tensors> {
  return explainNotFinite(session.run(feeds), { session, feeds, what });
}
