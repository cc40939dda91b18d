import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { startOipServer, type Fault, type OipModel, type OipOptions } from './oip-server.js';
import { double, runDouble } from './remote-models.js';

/** What a server states of `double`. */
export const stated = { sha256: double.sha256, bytes: '10' };

/** A server with the model `double`; it is closed when the test ends. */
export async function serve(model: Partial<OipModel> = {}, options: Partial<OipOptions> = {}) {
  const model_: OipModel = { spec: double, run: runDouble, parameters: stated, ...model };
  const server = await startOipServer({ models: { double: model_ }, ...options });
  onTestFinished(server.close);
  return { ...server, model: model_ };
}

export const isInfer = (request: IncomingMessage): boolean => request.url!.endsWith('/infer');

/** Meets the first `times` infer requests. */
export function firstInfers(times: number, fault: (...args: Parameters<Fault>) => void): Fault {
  let met = 0;
  return (request, response) => {
    if (!isInfer(request) || met >= times) return false;
    met += 1;
    fault(request, response);
    return true;
  };
}
