import { ZooError, type ErrorDetails } from '../../contract/index.js';
import type { FoundFile } from './hash-file.js';
import { describeUrl } from './fetch/weights-url.js';

/** What a file of weights is promised to be. `bytes` is not known of a model.json. */
export interface ExpectedFile {
  readonly url: string;
  readonly sha256: string;
  readonly bytes?: number;
}

export function isExpected({ sha256, bytes = NaN }: ExpectedFile, found: FoundFile): boolean {
  return found.sha256 === sha256 && (Number.isNaN(bytes) || found.bytes === bytes);
}

/** WEIGHTS_CORRUPT, naming both digests. `where` is a URL for messages, `remedy` a sentence. */
export function corrupt(where: string, expected: ExpectedFile, found: FoundFile, remedy: string): ZooError {
  const size = expected.bytes === undefined ? '' : `${expected.bytes} bytes with `;
  return new ZooError(
    'WEIGHTS_CORRUPT',
    `The weights at ${where} are not the declared ones: expected ${size}SHA-256 ${expected.sha256}, ` +
      `found ${found.bytes} bytes with SHA-256 ${found.sha256}. ${remedy}`,
    {
      details: {
        expected: expected.sha256,
        found: found.sha256,
        foundBytes: found.bytes,
        ...(expected.bytes !== undefined && { expectedBytes: expected.bytes }),
      },
    },
  );
}

/** WEIGHTS_UNAVAILABLE: the weights are somewhere, and cannot be had now. */
export function unavailable(message: string, details: ErrorDetails, cause?: unknown): ZooError {
  return new ZooError('WEIGHTS_UNAVAILABLE', message, { details, cause });
}

/** What to do when a host cannot be reached: hospitals' machines rarely speak to the internet directly. */
export function explainUnreachable(where: string, { sha256 }: ExpectedFile, file: string, why: string): string {
  return (
    `The weights at ${where} cannot be fetched: ${why}. Behind a proxy set HTTPS_PROXY=http://host:port (and ` +
    "NO_PROXY for hosts inside), for a company's own certificates NODE_EXTRA_CA_CERTS=file.pem; or bring the " +
    `file with SHA-256 ${sha256} to ${file} yourself.`
  );
}

const DISK_FAULTS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];
const LOCAL_FAULTS = [...DISK_FAULTS, 'EACCES', 'EPERM', 'ELOOP', 'EISDIR', 'ENOTDIR', 'EBUSY'];

/** A fault of this machine's disk, which no other connection mends. */
export function isLocal(error: unknown): boolean {
  return LOCAL_FAULTS.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** WEIGHTS_UNAVAILABLE for a fault that `isLocal`; others are returned as they are. */
export function explainLocal(error: unknown, { url, bytes }: ExpectedFile, cacheFolder: string): unknown {
  if (!isLocal(error)) return error;
  const where = describeUrl(new URL(url));
  return unavailable(
    `The weights at ${where} cannot be kept in the cache folder ${cacheFolder}: ${(error as Error).message}. ` +
      'Let this user read and write it, make room, or give another folder by MEDZOO_CACHE_DIR.',
    { url: where, ...(bytes !== undefined && { bytes }) },
    error,
  );
}
