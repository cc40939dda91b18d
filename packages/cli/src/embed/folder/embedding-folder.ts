import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeFolder } from '@medzoo/core/model';
import { CommandError } from '../../command-error.js';
import { showPath } from '../../files/show-path.js';
import type { MaskFacts } from '../masks/judge-masks.js';
import { forgetEarlier, moveAside } from './earlier-embeddings.js';
import { writeSafetensors, type StoredTensor } from './write-safetensors.js';

/** An item that was embedded: its place in the plan, and the size of its image as it was decoded. */
export interface DoneItem {
  readonly item: number;
  /** SHA-256 of the image's file: the same picture in two splits is found by it. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  /** Of its mask, where masks are kept. */
  readonly mask?: MaskFacts;
}

/** An item that could not be embedded. */
export interface FailedItem {
  readonly item: number;
  readonly error: string;
}

/** How far a run has come: shards that are whole, and the first item that is in none of them. */
export interface EmbedState {
  readonly plan: string;
  readonly shards: readonly (readonly DoneItem[])[];
  readonly failed: readonly FailedItem[];
  readonly next: number;
}

/** What a run that is finished made. */
export interface FinishedRun {
  readonly rows: number;
  readonly failed: number;
  /** By split, how many rows, copies included. */
  readonly bySplit: Readonly<Record<string, number>>;
}

const STATE = 'unfinished.json';
const FINISHED = 'embed.json';

export function shardName(index: number): string {
  return `shard-${String(index).padStart(5, '0')}.safetensors`;
}

/**
 * Opens the folder that embeddings go to: new, or where a run of the same plan stopped. What embed.json says of it if
 * that run is finished. Throws a CommandError for a folder of another plan, unless it is to be replaced.
 */
export async function openEmbeddings(
  folder: string,
  plan: string,
  { replace }: { readonly replace: boolean },
): Promise<EmbedState | FinishedRun> {
  await makeFolder(folder).catch(() => {
    throw new CommandError(`${showPath(folder)} cannot be made a folder for the embeddings. Name another with --out.`);
  });
  const finished = await readJson<FinishedRun & { plan?: string; shards?: readonly string[] }>(join(folder, FINISHED));
  const begun = await readJson<EmbedState>(join(folder, STATE));
  if (finished?.plan === plan && begun === undefined) return finished;
  if (begun?.plan === plan) return begun;
  // A run in which no image could be embedded left nothing that could be lost.
  const isEmpty = finished === undefined && (begun === undefined || begun.shards.length === 0);
  if (isEmpty) return { plan, shards: [], failed: [], next: 0 };
  if (!replace) {
    throw new CommandError(
      `${folder} holds embeddings of other images, another encoder or other options, or of an earlier version. ` +
        'Choose another --out, or write over them with --replace, which takes over those of the same images by the ' +
        'same encoder.',
    );
  }
  const made = finished?.shards ?? [];
  // Embeddings of the same images need not be made again; those of a run that stopped are.
  if (finished?.plan !== undefined) await moveAside(folder, [...made, 'rows.csv', FINISHED]);
  await rm(join(folder, FINISHED), { force: true });
  await rm(join(folder, STATE), { force: true });
  await rm(join(folder, 'rows.csv'), { force: true });
  const shards = Math.max(made.length, begun?.shards.length ?? 0);
  for (let index = 0; index <= shards; index += 1) await rm(join(folder, shardName(index)), { force: true });
  return { plan, shards: [], failed: [], next: 0 };
}

/**
 * Adds a shard: its file first, then the note that it is there, so that a run which stops between the two makes it
 * again.
 */
export async function addShard(
  folder: string,
  state: EmbedState,
  tensors: Readonly<Record<string, StoredTensor>>,
): Promise<void> {
  await writeSafetensors(join(folder, shardName(state.shards.length - 1)), tensors);
  await writeState(folder, state);
}

export async function writeState(folder: string, state: EmbedState): Promise<void> {
  await replaceFile(join(folder, STATE), JSON.stringify(state));
}

/** Writes the rows, then embed.json, without which the folder counts as unfinished. */
export async function finishEmbeddings(
  folder: string,
  { rows, failed, about }: { readonly rows: string; readonly failed: string | undefined; readonly about: object },
): Promise<void> {
  await replaceFile(join(folder, 'rows.csv'), rows);
  if (failed === undefined) await rm(join(folder, 'failed.csv'), { force: true });
  else await replaceFile(join(folder, 'failed.csv'), failed);
  await replaceFile(join(folder, FINISHED), `${JSON.stringify(about, undefined, 2)}\n`);
  await rm(join(folder, STATE), { force: true });
  await forgetEarlier(folder);
}

/**
 * Writes anew what embed.json says beside its embeddings, if that has changed though they have not: another release of
 * the encoder may know more kinds of images, and `seen` is of images that may not be kept here. Whether it had.
 */
export async function renewAbout(
  folder: string,
  about: { readonly encoder: object; readonly seen: string | undefined },
): Promise<boolean> {
  const path = join(folder, FINISHED);
  const before = await readJson<object>(path);
  const renewed = JSON.stringify({ ...before, ...about }, undefined, 2);
  if (before === undefined || isDeepStrictEqual(before, JSON.parse(renewed))) return false;
  await replaceFile(path, `${renewed}\n`);
  return true;
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

/** Undefined for a file that is not there. One that is no JSON was written by somebody else. */
async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new CommandError(`${path} is no JSON that medzoo wrote. Choose another --out, or delete that folder.`);
  }
}
