import type { Baseline } from './baseline.js';
import { describeModels, type ChosenModels } from './model-settings.js';
import { PYTHON_FOLDER, startPython } from './python.js';

export interface FastApiOptions extends ChosenModels {
  readonly name: string;
  readonly workers: number;
}

/** FastAPI under uvicorn. */
export function startFastApi({ name, workers, ...models }: FastApiOptions): Promise<Baseline> {
  const app = ['fastapi_server:app', '--app-dir', PYTHON_FOLDER];
  return startPython({
    name,
    args: (port) => ['-m', 'uvicorn', ...app, '--port', String(port), '--workers', String(workers)],
    env: () => ({ BENCH_SETTINGS: JSON.stringify(describeModels(models)) }),
    ready: new RegExp(`^(?:[^]*?Application startup complete){${workers}}()`),
  });
}
