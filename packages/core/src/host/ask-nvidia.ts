import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the driver's own tool says; rejects where there is none. */
export type AskNvidia = (args: readonly string[]) => Promise<string>;

const ASK_WITHIN_MS = 10_000;

export const askNvidia: AskNvidia = async (args) => {
  const { stdout } = await promisify(execFile)('nvidia-smi', [...args], { timeout: ASK_WITHIN_MS });
  return stdout;
};
