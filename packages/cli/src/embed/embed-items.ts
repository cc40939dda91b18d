import type { Session, ZooConfig } from '@medzoo/core';
import type { Encoder } from '@medzoo/core/contract';
import { describeError } from '../describe-error.js';
import type { OnProgress } from '../evaluation/score/score-rows.js';
import type { EarlierEmbeddings } from './folder/earlier-embeddings.js';
import { embedItem, readRow, type Embedded, type Kept, type ReadRow } from './embed-image.js';
import { addShard, writeState, type DoneItem, type EmbedState, type FailedItem } from './folder/embedding-folder.js';
import { describeMasks } from './masks/judge-masks.js';
import type { EmbedItem } from './plan-items.js';
import type { StoredTensor } from './folder/write-safetensors.js';

const SHARD_ROWS = 256;

interface Embedding {
  readonly out: string;
  readonly encoder: Encoder;
  readonly session: Session;
  readonly kept: Kept;
  readonly config: Pick<ZooConfig, 'limits' | 'decoders'>;
  readonly onProgress: OnProgress;
  readonly onNote: (note: string) => void;
  /** What need not be encoded again. */
  readonly earlier: EarlierEmbeddings | undefined;
  /** Default 256, which is 25 MB of medzoo's own embeddings. */
  readonly shardRows?: number;
}

type Read = { readonly ok: true; readonly value: ReadRow } | { readonly ok: false; readonly error: string };

/** Embeds what `state` does not have yet, a shard at a time; gives the state with all of it. */
export async function embedItems(
  items: readonly EmbedItem[],
  state: EmbedState,
  options: Embedding,
): Promise<EmbedState> {
  const { out, encoder, kept, config, earlier, onProgress, onNote, shardRows = SHARD_ROWS } = options;
  let current = state;
  let done: (Embedded & { readonly place: DoneItem })[] = [];
  let failed: FailedItem[] = [];
  const reads = createReader(items, (item) => readRow(item.row, kept, config, encoder.trained.preprocess));

  const flush = async (next: number): Promise<void> => {
    const { plan, shards } = current;
    const places = done.map(({ place }) => place);
    const all = [...current.failed, ...failed];
    current = { plan, shards: places.length > 0 ? [...shards, places] : shards, failed: all, next };
    if (places.length > 0) await addShard(out, current, toTensors(done, encoder));
    else await writeState(out, current);
    [done, failed] = [[], []];
  };

  for (let index = state.next; index < items.length; index += 1) {
    const item = items[index]!;
    const read = await reads.take(index);
    if (read.ok) {
      const { sha256, image, maskFacts } = read.value;
      const { width, height } = image;
      const place = { item: index, sha256, width, height, ...(maskFacts && { mask: maskFacts }) };
      const known = await earlier?.take(sha256, item.augmentation);
      done.push({ place, ...(await embedItem(read.value, item, options, known)) });
    } else {
      // A copy of what cannot be read says no more.
      if (item.copy === 0) failed.push({ item: index, error: read.error });
    }
    if (done.length === shardRows) await flush(index + 1);
    onProgress(index + 1, items.length);
  }
  if (done.length > 0 || failed.length > 0) await flush(items.length);
  const judged = current.shards.flat().filter(({ item }) => items[item]!.copy === 0);
  describeMasks(judged.flatMap(({ mask }) => mask ?? [])).forEach(onNote);
  return current;
}

/** Reads each image once for all of its copies, and the next one while the encoder runs. */
function createReader(items: readonly EmbedItem[], read: (item: EmbedItem) => Promise<ReadRow>) {
  const begun = new Map<EmbedItem['row'], Promise<Read>>();
  const begin = (item: EmbedItem): Promise<Read> => {
    const known = begun.get(item.row);
    if (known) return known;
    const reading = read(item).then(
      (value): Read => ({ ok: true, value }),
      (error: unknown): Read => ({ ok: false, error: describeError(error) }),
    );
    begun.set(item.row, reading);
    return reading;
  };
  return {
    async take(index: number): Promise<Read> {
      const item = items[index]!;
      const reading = await begin(item);
      for (const row of begun.keys()) if (row !== item.row) begun.delete(row);
      const following = items[index + 1];
      if (following) void begin(following);
      return reading;
    },
  };
}

function toTensors(done: readonly Embedded[], encoder: Encoder): Record<string, StoredTensor> {
  const { model, preprocess } = encoder.trained;
  const lengths = (shape: readonly (number | string)[]): number[] => shape.slice(1).map(Number);
  const { width, height } = preprocess.size;
  const images = done.map(({ image }) => image).filter((image) => image !== undefined);
  const masks = done.map(({ mask }) => mask).filter((mask) => mask !== undefined);
  const stack = (dtype: StoredTensor['dtype'], parts: readonly Uint8Array[], shape: readonly number[]) => ({
    ...{ dtype, shape: [parts.length, ...shape], bytes: Buffer.concat(parts) },
  });
  return {
    embeddings: stack(
      'F16',
      done.map(({ embedding }) => embedding),
      lengths(model.outputs[0]!.shape),
    ),
    ...(images.length > 0 && { images: stack('U8', images, lengths(model.inputs[0]!.shape)) }),
    ...(masks.length > 0 && { masks: stack('U8', masks, [height, width]) }),
  };
}
