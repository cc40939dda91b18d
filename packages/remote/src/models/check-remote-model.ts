import { ZooError, type ModelSpec } from '@medzoo/core/contract';
import { checkTensors } from '@medzoo/core/backend';
import type { Parameters } from '../inference-client.js';
import type { RemoteSettings } from '../remote-options.js';
import type { Replica } from '../replicas/replicas.js';

/** What is known of a model on one server, once it was held against its declaration. */
export interface CheckedModel {
  /** Such as 'triton', as it calls itself. */
  readonly server: string;
  readonly encoding: 'binary' | 'json';
}

/**
 * Holds a ready model on a server against its declaration: tensors (MODEL_MISMATCH) and the digest of its file that the
 * server states (WEIGHTS_CORRUPT; BACKEND_UNAVAILABLE where it states none and one is required).
 */
export async function checkRemoteModel(
  replica: Replica,
  name: string,
  spec: ModelSpec,
  { encoding, requireDigest }: Pick<RemoteSettings, 'encoding' | 'requireDigest'>,
): Promise<CheckedModel> {
  const { client } = replica;
  const { name: server, canBinary } = await client.describeServer();
  const { inputs, outputs, parameters } = await client.describeModel(name);
  checkTensors(spec, { inputs, outputs });
  const stated = parameters.sha256 === undefined ? await client.readParameters(name) : parameters;
  checkDigests(replica, name, spec, stated, requireDigest);
  return { server: toProviderName(server), encoding: encoding ?? (canBinary ? 'binary' : 'json') };
}

function checkDigests(replica: Replica, name: string, spec: ModelSpec, stated: Parameters, isRequired: boolean): void {
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
        `The server does not state the parameter "${key}" of ${where}, so nobody knows whose answers it gives. ` +
          `Put ${key} = ${value} into the parameters of its configuration (tritonConfig writes one), or set ` +
          'requireDigest: false.',
        { details: { model: name, server: replica.url, expected: value } },
      );
    }
    if (found === value) continue;
    throw new ZooError(
      'WEIGHTS_CORRUPT',
      `${where[0]!.toUpperCase()}${where.slice(1)} is not the declared one: expected ${key} ${value}, the ` +
        `server states ${found}. Deploy the declared file under this name, or name the model that has it.`,
      { details: { model: name, server: replica.url, expected: value, found } },
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
