import type { z } from 'zod';
import { ZooError } from '@medzoo/core/contract';
import { describeUrl } from '@medzoo/core/backend';
import { toFoundTensor } from '../datatypes.js';
import type { InferenceClient } from '../inference-client.js';
import type { RemoteSettings } from '../remote-options.js';
import { ReplicaFault } from '../replicas/replica-fault.js';
import { decodeResponse } from './decode-response.js';
import { encodeRequest, JSON_LENGTH_HEADER } from './encode-request.js';
import { modelConfig, modelMetadata, serverMetadata } from './oip.js';
import { createRequester } from './request-replica.js';

/** Triton answers 400, others 404; 401 and its like say something else. */
const NOT_READY = [400, 404];

/** A server that is asked over HTTP. */
export function createHttpClient(url: URL, settings: RemoteSettings): InferenceClient {
  const request = createRequester(url, settings);
  const pathOf = (model: string): string => `/models/${encodeURIComponent(model)}`;

  async function read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { body } = await request({ path });
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(body)));
    } catch {
      const server = describeUrl(url);
      throw new ZooError(
        'BACKEND_UNAVAILABLE',
        `What ${server} answers to /v2${path} is no metadata of the Open Inference Protocol version 2. Check ` +
          'the address.',
        { details: { server } },
      );
    }
  }

  async function change(model: string, what: 'load' | 'unload'): Promise<void> {
    await request({
      path: `/repository${pathOf(model)}/${what}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      timeoutMs: settings.loadTimeoutMs,
    });
  }

  return {
    async describeServer() {
      const { name, extensions } = await read('', serverMetadata);
      return { name, canBinary: extensions?.includes('binary_tensor_data') ?? false };
    },
    async describeModel(model) {
      const { inputs, outputs, parameters } = await read(pathOf(model), modelMetadata);
      return { inputs: inputs.map(toFoundTensor), outputs: outputs.map(toFoundTensor), parameters };
    },
    async readParameters(model) {
      try {
        return (await read(`${pathOf(model)}/config`, modelConfig)).parameters;
      } catch (error) {
        if (error instanceof ReplicaFault && error.kind === 'refused') return {};
        throw error;
      }
    },
    async isReady(model) {
      try {
        await request({ path: `${pathOf(model)}/ready` });
        return true;
      } catch (error) {
        if (error instanceof ReplicaFault && NOT_READY.includes(error.facts.status ?? 0)) return false;
        throw error;
      }
    },
    load: (model) => change(model, 'load'),
    unload: (model) => change(model, 'unload'),
    async infer(model, feeds, outputs, { encoding, signal }) {
      const encoded = encodeRequest(feeds, outputs, encoding);
      const { headers, body } = await request({ path: `${pathOf(model)}/infer`, method: 'POST', ...encoded, signal });
      return decodeResponse(body, headers[JSON_LENGTH_HEADER]?.toString());
    },
  };
}
