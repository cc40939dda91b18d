import { onTestFinished } from 'vitest';
import { startOipGrpcServer, type GrpcServerOptions } from './oip-grpc-server.js';
import type { OipModel } from './oip-server.js';
import { double, runDouble } from './remote-models.js';

/** Until the test ends, a server of gRPC with one model, `double`. */
export async function serve(model: Partial<OipModel> = {}, options: Partial<GrpcServerOptions> = {}) {
  const served: OipModel = {
    spec: double,
    run: runDouble,
    parameters: { sha256: double.sha256, bytes: '10' },
    ...model,
  };
  const server = await startOipGrpcServer({ models: { double: served }, ...options });
  onTestFinished(server.close);
  return { ...server, model: served };
}
