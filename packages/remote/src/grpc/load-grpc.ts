import { fileURLToPath } from 'node:url';
import type * as GrpcJs from '@grpc/grpc-js';
import { ZooError } from '@medzoo/core/contract';

const PROTOCOL = fileURLToPath(new URL('../../protos/inference.proto', import.meta.url));
const SERVICE = 'inference.GRPCInferenceService';

export interface Grpc {
  readonly grpc: typeof GrpcJs;
  /** The protocol's calls, by name. */
  readonly methods: GrpcJs.ServiceDefinition;
}

let loading: Promise<Grpc> | undefined;

/**
 * The two packages that only those need who speak gRPC. Rejects with BACKEND_UNAVAILABLE where they are not installed.
 */
export function loadGrpc(): Promise<Grpc> {
  return (loading ??= load());
}

async function load(): Promise<Grpc> {
  const [grpc, { load: read }] = await importPackages();
  // int64 as text: through a number it would lose digits
  const definition = await read(PROTOCOL, { keepCase: true, longs: String, defaults: true });
  return { grpc, methods: definition[SERVICE] as GrpcJs.ServiceDefinition };
}

async function importPackages() {
  try {
    return await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
  } catch (cause) {
    const message = 'Servers at grpc: or grpcs: need two more packages: npm install @grpc/grpc-js @grpc/proto-loader';
    throw new ZooError('BACKEND_UNAVAILABLE', message, { cause });
  }
}
