import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../shared/dicom/', import.meta.url));

/** What `../shared/dicom/expected` says of a file. */
export interface Expected {
  readonly refuse?: string;
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly dtype: string;
  readonly frames: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly sha256_frame0: string;
  readonly sha256_frames?: readonly string[];
  /** Grey levels. */
  readonly tolerance: number;
  readonly display?: string;
}

/** Names of the real files; empty where that folder is absent. */
export function sharedFiles(): readonly string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.dcm')) : [];
}

export function readShared(name: string): Uint8Array {
  return readFileSync(FOLDER + name);
}

export function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(`${FOLDER}expected/${name}.json`, 'utf8')) as Expected;
}

/** The picture that a person should see, if there is one. */
export function expectedPicture(name: string): string | undefined {
  const path = `${FOLDER}expected/${name}.png`;
  return existsSync(path) ? path : undefined;
}
