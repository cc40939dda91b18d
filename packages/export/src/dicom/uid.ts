import { randomUUID } from 'node:crypto';

/** A fresh UID: a random UUID under its own root (PS3.5, B.2), which needs no registered number. */
export function createUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}

/**
 * The UID of a thing that a SHA-256 names: the digest's first half as a UUID of version 8 (RFC 9562), under the same
 * root.
 */
export function uidOfDigest(sha256: string): string {
  const half = BigInt(`0x${sha256.slice(0, 32)}`);
  const version = (half & ~(0xfn << 76n)) | (8n << 76n);
  return `2.25.${(version & ~(0x3n << 62n)) | (2n << 62n)}`;
}
