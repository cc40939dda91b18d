import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the driver's own tool says; rejects where there is none. */
export type AskNvidia = (args: readonly string[]) => Promise<string>;

const ASK_WITHIN_MS = 10_000;

export const askNvidia: AskNvidia = async (args) => {
  const { stdout } = await promisify(execFile)('nvidia-smi', [...args], { timeout: ASK_WITHIN_MS });
  return stdout;
};

/** NVIDIA cards that this process may use; 1 where nobody can say. */
export async function countNvidiaDevices(ask: AskNvidia = askNvidia): Promise<number> {
  try {
    const lines = (await ask(['--query-gpu=index', '--format=csv,noheader'])).trim().split('\n');
    const visible = process.env.CUDA_VISIBLE_DEVICES?.split(',').filter((device) => device.trim() !== '');
    return Math.max(1, Math.min(lines.length, visible?.length ?? Infinity));
  } catch {
    return 1;
  }
}
