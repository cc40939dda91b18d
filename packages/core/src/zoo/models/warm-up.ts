import {
  checkParams,
  float32Tensor,
  takeFloat32,
  type Encoder,
  type Tensor,
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

/** What an encoder gives of zeros. */
type Embed = (encoder: Encoder) => Promise<Embedded>;

interface Embedded {
  readonly image: Tensor<'float32'>;
  readonly embedding: Tensor<'float32'>;
}

/**
 * Opens every model, runs it once on zeros of the real shape, and decodes what a head's model gives; rejects with the
 * first fault, before anybody has asked.
 */
export async function warmUp(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  const embed = createEmbed(sessions);
  for (const head of heads) await warmUpHead(head, sessions, embed);
}

/** Goes on after a fault: whoever asks for that head is told of it. */
export async function warmUpIfPossible(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  const embed = createEmbed(sessions);
  for (const head of heads) await warmUpHead(head, sessions, embed).catch(() => undefined);
}

/** Opens every model and runs none; goes on after a fault in the same way. */
export async function openIfPossible(heads: readonly Head[], sessions: SessionPool): Promise<void> {
  for (const { spec } of listModels(heads)) await sessions.use(spec, () => Promise.resolve()).catch(() => undefined);
}

/** Heads on one encoder share its run; each has a copy of the encoder, whose id is of one file in a zoo. */
function createEmbed(sessions: SessionPool): Embed {
  const known = new Map<string, Promise<Embedded>>();
  return (encoder) => {
    const embedded = known.get(encoder.id) ?? runEncoder(encoder, sessions);
    known.set(encoder.id, embedded);
    return embedded;
  };
}

async function runEncoder({ id, trained }: Encoder, sessions: SessionPool): Promise<Embedded> {
  const { model, preprocess } = trained;
  const channels = preprocess.channels === 'gray' ? 1 : 3;
  const image = float32Tensor([1, channels, preprocess.size.height, preprocess.size.width]);
  const encoded = await sessions.use(filesOfModel(trained), (session) =>
    runOnce(session, { [model.inputs[0]!.name]: image }, `The encoder "${id}"`),
  );
  return { image, embedding: takeFloat32(encoded, model.outputs[0]!.name) };
}

async function warmUpHead(head: Head, sessions: SessionPool, embed: Embed): Promise<void> {
  const { image, embedding } = await embed(head.encoder);
  const specs = head.manifest.params;
  const params = checkParams(specs, exampleParams(specs, head.encoder.trained.preprocess.size), head.trained.labels);
  const feeds = feedModel(head, { embedding, image, params, toModelSpace: (point) => point });
  const outputs = await sessions.use(filesOfModel(head.trained), (session) =>
    runOnce(session, feeds, `The head "${head.manifest.id}"`),
  );
  decodeOutputs(head, outputs, params);
}

async function runOnce(session: Session, feeds: Tensors, what: string): Promise<Tensors> {
  return explainNotFinite(session.run(feeds), { session, feeds, what });
}
