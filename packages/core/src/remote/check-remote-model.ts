import type { z } from 'zod';
import { ZooError, type ModelSpec } from '../contract/index.js';
import { checkTensors } from '../model/check-tensors.js';
import { modelConfig, modelMetadata, serverMetadata, toFoundTensor } from './oip.js';
import type { RemoteSettings } from './remote-options.js';
import { ReplicaFault } from './replica-fault.js';
import type { Replica } from './replicas.js';

/** What is known of a model on one server, once it was held against its declaration. */
export interface CheckedModel {
  /** Such as 'triton', as it calls itself. */
  readonly server: string;
  readonly encoding: 'binary' | 'json';
}

/**
 * Holds a ready model on a server against its declaration: tensors (MODEL_MISMATCH) and the digest of its file that the server states
 * (WEIGHTS_CORRUPT; BACKEND_UNAVAILABLE where it states none and one is required).
 */
export async function checkRemoteModel(
  replica: Replica,
  name: string,
  spec: ModelSpec,
  { encoding, requireDigest }: Pick<RemoteSettings, 'encoding' | 'requireDigest'>,
): Promise<CheckedModel> {
  const server = await read(replica, '', serverMetadata);
  const path = `/models/${encodeURIComponent(name)}`;
  const metadata = await read(replica, path, modelMetadata);
  checkTensors(spec, { inputs: metadata.inputs.map(toFoundTensor), outputs: metadata.outputs.map(toFoundTensor) });
  const stated = hasDigest(metadata.parameters) ? metadata.parameters : await readConfig(replica, path);
  checkDigests(replica, name, spec, stated, requireDigest);
  const canBinary = server.extensions?.includes('binary_tensor_data') ?? false;
  return { server: toProviderName(server.name), encoding: encoding ?? (canBinary ? 'binary' : 'json') };
}

type Stated = Readonly<Record<string, string | undefined>>;

function hasDigest(parameters: Stated): boolean {
  return parameters.sha256 !== undefined;
}

/** Triton's extension; another server answers 404, and states nothing. */
async function readConfig(replica: Replica, path: string): Promise<Stated> {
  try {
    return (await read(replica, `${path}/config`, modelConfig)).parameters;
  } catch (error) {
    if (error instanceof ReplicaFault && error.kind === 'refused') return {};
    throw error;
  }
}

function checkDigests(replica: Replica, name: string, spec: ModelSpec, stated: Stated, isRequired: boolean): void {
  const where = `the model "${name}" on ${replica.url}`;
  const expected: Record<string, string | undefined> = {
    sha256: spec.sha256,
    bytes: String(spec.bytes),
    data_sha256: spec.data?.sha256,
  };
  for (const [key, value] of Object.entries(expected)) {
    if (value === undefined) continue;
    const found = stated[key]?.trim().toLowerCase();
    if (found === undefined && (key === 'bytes' || !isRequired)) continue;
    if (found === undefined) {
      throw new ZooError(
        'BACKEND_UNAVAILABLE',
        `The server does not state the parameter "${key}" of ${where}, so nobody knows whose answers it gives. Put ${key} = ${value} ` +
          'into the parameters of its configuration (tritonConfig writes one), or set requireDigest: false.',
        { details: { model: name, server: replica.url, expected: value } },
      );
    }
    if (found === value) continue;
    throw new ZooError(
      'WEIGHTS_CORRUPT',
      `${where[0]!.toUpperCase()}${where.slice(1)} is not the declared one: expected ${key} ${value}, the server states ${found}. ` +
        'Deploy the declared file under this name, or name the model that has it.',
      { details: { model: name, server: replica.url, expected: value, found } },
    );
  }
}

async function read<T>(replica: Replica, path: string, schema: z.ZodType<T>): Promise<T> {
  const { body } = await replica.request({ path });
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    throw new ZooError(
      'BACKEND_UNAVAILABLE',
      `What ${replica.url} answers to /v2${path} is no metadata of the Open Inference Protocol version 2. Check the address.`,
      { details: { server: replica.url } },
    );
  }
}

/** It stands in answers and in labels of metrics. */
function toProviderName(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 40) || 'unnamed'
  );
}
