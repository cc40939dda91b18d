import { join } from 'node:path';
import type { Baseline } from './baseline.js';
import { describeModels, type ChosenModels } from './model-settings.js';
import { PYTHON_FOLDER, startPython } from './python.js';

export interface LitServeOptions extends ChosenModels {
  readonly name: string;
  readonly workers: number;
}

/** LitServe, its workers on the CPU. */
export function startLitServe({ name, workers, ...models }: LitServeOptions): Promise<Baseline> {
  return startPython({
    name,
    args: () => [join(PYTHON_FOLDER, 'litserve_server.py')],
    env: (port) => ({
      BENCH_SETTINGS: JSON.stringify(describeModels(models)),
      BENCH_PORT: String(port),
      BENCH_WORKERS: String(workers),
    }),
    // It waits for its workers before it serves.
    ready: /Application startup complete()/,
  });
}
