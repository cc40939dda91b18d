import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { createOnnxBackend, type ZooConfig } from '@medzoo/core';
import { filesOfModel, type Encoder, type ModelFile, type Session } from '@medzoo/core/contract';
import { CommandError } from '../command-error.js';
import type { OnProgress } from '../evaluation/score/score-rows.js';
import { readPackageVersion } from '../read-package-version.js';
import { countOf } from '../terminal/format.js';
import type { Change } from './augmentation.js';
import type { ChosenEncoder } from './choose-encoder.js';
import type { Kept } from './embed-image.js';
import { openEarlier, type EarlierEmbeddings } from './folder/earlier-embeddings.js';
import { embedItems } from './embed-items.js';
import {
  finishEmbeddings,
  openEmbeddings,
  renewAbout,
  shardName,
  type DoneItem,
  type EmbedState,
  type FinishedRun,
} from './folder/embedding-folder.js';
import { digestPlan, planItems, type EmbedItem } from './plan-items.js';
import { readEmbedSet } from './set/read-embed-set.js';
import { sayScarce } from './set/say-scarce.js';
import { writeGoldenInput } from './write-golden-input.js';
import { formatFailed, formatRows } from './folder/format-rows.js';

export interface EmbedOptions {
  readonly data: string;
  readonly out: string;
  readonly copies: number;
  readonly changes: readonly Change[];
  readonly seed: number;
  readonly splits: readonly string[] | undefined;
  readonly kept: Kept;
  readonly replace: boolean;
  readonly chosen: ChosenEncoder;
  readonly config: Pick<ZooConfig, 'providers' | 'precision' | 'threads' | 'weights' | 'limits' | 'decoders'>;
  readonly onProgress: OnProgress;
  /** Rows of a shard. */
  readonly shardRows?: number;
  /** Told what was assumed, in sentences. */
  readonly onNote: (note: string) => void;
}

export interface EmbedSummary extends FinishedRun {
  readonly bytes: number;
}

export const FORMAT = 'medzoo-embeddings/1';
/** Changes with how masks are read: those that were read otherwise are not taken for the same. */
const MASK_RULES = 2;

/**
 * Embeds the images of a folder into another, for training a head: shards of safetensors, rows.csv, embed.json. A run
 * that stops goes on where it was. Images that cannot be read are left out and listed in failed.csv. A fault of the
 * folder is a CommandError.
 */
export async function runEmbed(options: EmbedOptions): Promise<EmbedSummary> {
  const { data, kept, chosen, onNote } = options;
  const { rows, isDrawn, seen, notes } = await readEmbedSet(data, options);
  notes.forEach(onNote);
  const used = kept.masks ? rows.filter(({ maskPath }) => maskPath !== undefined) : rows;
  if (used.length < rows.length)
    onNote(`Left out, without a mask in the index: ${countOf(rows.length - used.length, 'row')}.`);
  if (used.length === 0) throw new CommandError('No image is left to embed.');
  // A part of the splits is asked for by somebody who knows what is in the others.
  if (options.splits === undefined) sayScarce(used, { masks: kept.masks, isDrawn }).forEach(onNote);
  const items = planItems(used, options);
  const session = await openEncoder(chosen.encoder, options.config);
  try {
    return await embedWith(session, items, { ...options, seen });
  } finally {
    await session.close();
  }
}

async function openEncoder({ trained }: Encoder, config: EmbedOptions['config']): Promise<Session> {
  const backend = await createOnnxBackend(config);
  return backend.open(filesOfModel(trained));
}

/** `seen` is the digest of the images that a training sees, see `digestSeen`. */
type Embedding = EmbedOptions & { readonly seen: string | undefined };

async function embedWith(session: Session, items: readonly EmbedItem[], options: Embedding): Promise<EmbedSummary> {
  const { out, kept, chosen, onNote, copies, changes, seed } = options;
  const { model, preprocess } = chosen.encoder.trained;
  const file = session.file ?? { precision: 'reference', spec: model };
  // Embeddings of two files are never in one folder.
  const { sha256 } = file.spec;
  const reading = kept.masks ? { masks: MASK_RULES } : {};
  const plan = await digestPlan(items, { FORMAT, sha256, preprocess, copies, changes, seed, kept, ...reading });
  const opened = await openEmbeddings(out, plan, options);
  if (!('next' in opened)) {
    const isRenewed = await renewAbout(out, { encoder: describeEncoder(chosen, file), seen: options.seen });
    onNote(
      isRenewed
        ? 'These embeddings are there already; what embed.json says of their encoder and set is written anew.'
        : 'These embeddings are there already, and nothing is done.',
    );
    return summarize(opened, bytesOf(chosen.encoder, kept));
  }
  if (opened.next > 0) onNote(`Goes on behind ${countOf(opened.next, 'embedding')} of an earlier run.`);
  await checkSpace(out, (items.length - opened.next) * bytesOf(chosen.encoder, kept));
  const earlier = await openEarlier(out, { format: FORMAT, fileDigest: sha256, preprocess, createdBy: createdBy() });
  if (earlier) onNote('Embeddings of the same images by the same encoder are taken over from the run before.');
  const state = await embedAll(session, items, opened, { ...options, earlier });
  const done = state.shards.flat();
  if (done.length === 0) {
    throw new CommandError(
      `None of ${countOf(state.failed.length, 'image')} could be embedded. The first: ${state.failed[0]!.error}`,
    );
  }
  const run = { shards: state.shards.length, failed: state.failed.length, ...countRows(done, items) };
  await finishEmbeddings(out, {
    rows: formatRows(items, state),
    failed: formatFailed(items, state),
    about: describe(run, plan, { ...options, file }),
  });
  return summarize(run, bytesOf(chosen.encoder, kept));
}

async function embedAll(
  session: Session,
  items: readonly EmbedItem[],
  opened: EmbedState,
  options: EmbedOptions & { readonly earlier: EarlierEmbeddings | undefined },
): Promise<EmbedState> {
  const { encoder } = options.chosen;
  // Golden records are of the reference, which every machine runs alike and which a head's tests run.
  const reference = session.file ? await openEncoder(encoder, { ...options.config, precision: 'reference' }) : session;
  try {
    await writeGoldenInput(options.out, encoder, reference);
  } finally {
    if (reference !== session) await reference.close();
  }
  return embedItems(items, opened, { ...options, encoder, session });
}

/** embed.json; `plan` is not for readers, but tells the next run whether it would do the same. */
function describe(
  run: FinishedRun & { readonly shards: number },
  plan: string,
  options: Embedding & { readonly file: ModelFile },
): object {
  const { data, copies, seed, seen, chosen, file } = options;
  const { model, preprocess } = chosen.encoder.trained;
  return {
    format: FORMAT,
    encoder: describeEncoder(chosen, file),
    dataset: basename(data),
    preprocess,
    embedding: { shape: model.outputs[0]!.shape.slice(1), dtype: 'float16' },
    ...{ copies, seed, ...run, shards: Array.from({ length: run.shards }, (_, index) => shardName(index)) },
    ...(seen !== undefined && { seen }),
    createdBy: createdBy(),
    plan,
  };
}

function describeEncoder({ encoder, package: from }: ChosenEncoder, file: ModelFile): object {
  const { model, version } = encoder.trained;
  return {
    id: encoder.id,
    // Of its model: by that a head names its encoder, whichever file made the embeddings.
    digest: model.sha256,
    precision: file.precision,
    fileDigest: file.spec.sha256,
    package: from?.name ?? null,
    version: from?.version ?? version,
    // What the encoder knows of kinds of images, against which the trainer measures those of the head.
    ...('domain' in encoder.trained && { domain: encoder.trained.domain }),
  };
}

function createdBy(): string {
  return `medzoo ${readPackageVersion()}`;
}

/** What one row takes on disk. */
function bytesOf({ trained: { model, preprocess } }: Encoder, kept: Kept): number {
  const count = (shape: readonly (number | string)[]): number =>
    shape.reduce<number>((product, length) => product * (typeof length === 'number' ? length : 1), 1);
  const pixels = preprocess.size.width * preprocess.size.height;
  const embedding = 2 * count(model.outputs[0]!.shape);
  return embedding + (kept.images ? count(model.inputs[0]!.shape) : 0) + (kept.masks ? pixels : 0);
}

async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > bytes) return;
  const megabytes = (count: number): string => `${Math.round(count / 1e6)} MB`;
  throw new CommandError(
    `The embeddings take ${megabytes(bytes)}, and ${megabytes(bavail * bsize)} are free at --out. Choose ` +
      'another disk, or fewer --copies.',
  );
}

function countRows(done: readonly DoneItem[], items: readonly EmbedItem[]): Omit<FinishedRun, 'failed'> {
  const bySplit: Record<string, number> = {};
  for (const { item } of done) {
    const { split } = items[item]!.row;
    bySplit[split] = (bySplit[split] ?? 0) + 1;
  }
  return { rows: done.length, bySplit };
}

function summarize({ rows, failed, bySplit }: FinishedRun, bytes: number): EmbedSummary {
  return { rows, failed, bySplit, bytes: rows * bytes };
}
