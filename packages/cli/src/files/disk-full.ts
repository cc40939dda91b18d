/** What to do about it, in words. */
export const DISK_FULL = 'The disk is full. Make room, or name another place.';

/** Whether no file can be written any more, to this disk or by this account. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
