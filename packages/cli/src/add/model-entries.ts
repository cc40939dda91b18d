import { posix } from 'node:path';
import { CommandError } from '../command-error.js';

/** What a head without code may be made of. Nothing else is written, and nothing of it is run. */
const TAKEN =
  /^(model\.json|golden\.(json|png)|[\w.-]+\.onnx|[\w.-]+\.onnx\.data|README\.md|LICEN[CS]E(\.(md|txt))?|NOTICE)$/;

/** What a head may be at most: our largest encoder is a gigabyte, and a head is a megabyte. */
export const LIMITS = { files: 100, bytes: 2 ** 30 } as const;

/** A file of an archive or a folder. */
export interface ModelEntry {
  /** With slashes, from the top of the archive. */
  readonly path: string;
  readonly bytes: number;
}

export interface ChosenEntries<E> {
  /** By the name that they get. */
  readonly taken: ReadonlyMap<string, E>;
  /** How many were left out. */
  readonly leftOut: number;
}

/**
 * The files that lie beside the one model.json, and are of a kind that a head without code is made of. Throws a
 * CommandError where there is none or several, and beyond `LIMITS`.
 */
export function chooseEntries<E extends ModelEntry>(entries: readonly E[]): ChosenEntries<E> {
  if (entries.length > LIMITS.files) {
    throw new CommandError(
      `A head is a few files; got ${entries.length}, and ${LIMITS.files} is the most that is looked at.`,
    );
  }
  const models = entries.filter(({ path }) => posix.basename(path) === 'model.json' && !isHidden(path));
  const [model, ...others] = models;
  if (!model)
    throw new CommandError(
      'There is no model.json in it. A head is model.json with the ONNX file that it names beside it.',
    );
  if (others.length > 0) {
    throw new CommandError(
      `Expected one model.json; got ${models.map(({ path }) => path).join(', ')}. Add them one at a time.`,
    );
  }
  const folder = posix.dirname(model.path);
  const taken = new Map(
    entries
      .filter(({ path }) => posix.dirname(path) === folder && TAKEN.test(posix.basename(path)))
      .map((entry) => [posix.basename(entry.path), entry]),
  );
  const bytes = [...taken.values()].reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > LIMITS.bytes) {
    throw new CommandError(
      `Unpacked, the head takes ${(bytes / 1e9).toFixed(1)} GB; at most ${(LIMITS.bytes / 1e9).toFixed(1)} GB ` +
        'are taken.',
    );
  }
  return { taken, leftOut: entries.length - taken.size };
}

/** As macOS adds to archives. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}
