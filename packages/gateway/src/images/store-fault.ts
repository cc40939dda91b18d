import { isZooError, ZooError } from '@medzoo/core';

/** What the system says where a file cannot be written, in words that name no path. */
export const WRITE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'it can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: "this account's share of the disk is full",
  EFBIG: 'no file there may be so large',
  EEXIST: 'a part of the path is a file',
  ENOTDIR: 'a part of the path is a file',
};

/** What may also happen to a folder that could be written at the start. */
const LATER_FAULTS: Readonly<Record<string, string>> = {
  ...WRITE_FAULTS,
  ...{ EACCES: 'this account may not use it', EPERM: 'this account may not use it' },
  ENOENT: 'it is not there any more',
  ...Object.fromEntries(
    // A disk of its own, of the network and of a program (FUSE), which has ended.
    ['EIO', 'ENXIO', 'ENODEV', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EREMOTEIO', 'ENOTCONN'].map((code) => {
      return [code, 'its disk does not answer'];
    }),
  ),
};

/** No image can be stored, or one cannot be read, by no fault of the image. The cause has the path, for the log. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(
    readonly reason: string,
    cause: unknown,
  ) {
    super(
      `Images cannot be stored or read now (the gateway's folder for them: ${reason}). Send the request again later; ` +
        'whoever runs the gateway must mend the folder (MEDZOO_DATA_DIR).',
      { cause },
    );
  }
}

/** An error of the system as a StoreUnavailable, also one of a process that reads files; another error as it is. */
export function toStoreFault(error: unknown): unknown {
  const ofSystem = isZooError(error) ? error.cause : error;
  const code = ofSystem instanceof Error && 'code' in ofSystem ? String(ofSystem.code) : '';
  return Object.hasOwn(LATER_FAULTS, code) ? new StoreUnavailable(LATER_FAULTS[code]!, error) : error;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function imageNotFound(id: string): ZooError {
  return new ZooError(
    'IMAGE_NOT_FOUND',
    `There is no image "${id.slice(0, 64)}" (any more). Upload it with POST /images and use the id of the answer.`,
  );
}
