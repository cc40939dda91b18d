import { applyLoad } from '../measure/load.js';
import { pick, type BenchContext } from './bench-row.js';

/** Keeps a server busy before it is measured: one that has been up for a while is meant, whose code V8 has compiled. */
export async function warmUpServer(context: BenchContext, ask: () => Promise<unknown>): Promise<void> {
  await applyLoad({ callers: 8, durationMs: pick(context, 30_000, 1000) }, async () => {
    await ask();
  });
}
