/** A server may not fill this process's memory: the largest embedding of SAM's family is 16 MiB. */
export const MAX_ANSWER_BYTES = 256 * 2 ** 20;
