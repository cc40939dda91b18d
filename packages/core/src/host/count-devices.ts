import { askNvidia, type AskNvidia } from './ask-nvidia.js';

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
