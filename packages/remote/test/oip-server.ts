import { type IncomingMessage, type ServerResponse } from 'node:http';
import type { ModelSpec, Tensor, Tensors } from '@medzoo/core/contract';
import { loadWeights } from '@medzoo/core/model';
import { parseExactJson } from '../src/http/parse-exact-json.js';
import { startServer } from '../../core/test/file-server.js';

export interface OipModel {
  readonly spec: ModelSpec;
  readonly run: (feeds: Tensors) => Tensors;
  /** Stated in its configuration; the digest and size of its file if left out. */
  readonly parameters?: Readonly<Record<string, string>>;
  isLoaded?: boolean;
}

/** Answers in place of the server, or returns false. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface OipOptions {
  readonly models: Readonly<Record<string, OipModel>>;
  readonly isBinary?: boolean;
  readonly fault?: Fault;
}

export const TYPES = { FP32: 'float32', UINT8: 'uint8', INT64: 'int64' } as const;
export const DATATYPES = { float32: 'FP32', uint8: 'UINT8', int64: 'INT64' } as const;
export const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array } as const;
const LENGTH = 'inference-header-content-length';

interface Json {
  readonly name: string;
  readonly datatype: keyof typeof TYPES;
  readonly shape: readonly number[];
  readonly data?: readonly (number | string | null)[];
  readonly parameters?: { readonly binary_data_size: number };
}

/**
 * A small server of the Open Inference Protocol version 2, written from its specification and not from what talks to
 * it.
 */
export async function startOipServer({ models, isBinary = true, fault = () => false }: OipOptions) {
  const infers: { readonly name: string; readonly isBinary: boolean }[] = [];
  const changes: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (await fault(request, response)) return;
    const path = request.url!.replace(/^.*?\/v2/, '');
    const [, name = '', action = ''] = /\/models\/([^/]+)\/?(\w*)$/.exec(path) ?? [];
    const model = models[name];
    const extensions = isBinary ? ['binary_tensor_data'] : [];
    if (path === '') sendJson(response, { name: 'Fake', version: '1', extensions });
    else if (!model) sendJson(response, { error: `unknown model ${name}` }, 404);
    else if (action === 'load' || action === 'unload') {
      changes.push(`${action} ${name}`);
      model.isLoaded = action === 'load';
      sendJson(response, {});
    } else if (model.isLoaded === false) sendJson(response, { error: `${name} is not ready` }, 400);
    else if (action === 'ready') sendJson(response, {});
    else if (action === '') sendJson(response, describe(name, model.spec));
    else if (action === 'config') sendJson(response, { parameters: await stateParameters(model) });
    else {
      infers.push({ name, isBinary: request.headers[LENGTH] !== undefined });
      const { feeds, wantsBinary } = decode(body, request.headers[LENGTH]?.toString());
      send(response, model.run(feeds), wantsBinary);
    }
  }

  const server = await startServer((request, response) => void answer(request, response));
  return { ...server, infers, changes };
}

export function sendJson(response: ServerResponse, json: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function stateParameters({ spec, parameters }: OipModel): Promise<object> {
  const bytes = parameters ? undefined : await loadWeights(spec);
  const stated = parameters ?? { sha256: spec.sha256, bytes: String(bytes!.length) };
  return Object.fromEntries(Object.entries(stated).map(([key, value]) => [key, { string_value: value }]));
}

function describe(name: string, { inputs, outputs }: ModelSpec): object {
  const toJson = (tensors: ModelSpec['inputs']) =>
    tensors.map(({ name: tensor, dtype, shape }) => ({
      name: tensor,
      datatype: DATATYPES[dtype],
      shape: shape.map((length) => (typeof length === 'string' ? -1 : length)),
    }));
  return { name, platform: 'fake', inputs: toJson(inputs), outputs: toJson(outputs) };
}

function decode(body: Buffer, jsonLength: string | undefined): { feeds: Tensors; wantsBinary: boolean } {
  let offset = jsonLength === undefined ? body.length : Number(jsonLength);
  const json = parseExactJson(body.subarray(0, offset).toString()) as {
    inputs: Json[];
    outputs: { parameters?: { binary_data?: boolean } }[];
  };
  const feeds: Record<string, Tensor> = {};
  for (const { name, datatype, shape, data, parameters } of json.inputs) {
    const dtype = TYPES[datatype];
    const size = parameters?.binary_data_size ?? 0;
    const bytes = Uint8Array.from(body.subarray(offset, offset + size));
    offset += size;
    feeds[name] = { dtype, shape, data: data ? toElements(dtype, data) : new ARRAYS[dtype](bytes.buffer) } as Tensor;
  }
  return { feeds, wantsBinary: json.outputs.every(({ parameters }) => parameters?.binary_data === true) };
}

function toElements(dtype: Tensor['dtype'], data: NonNullable<Json['data']>): Tensor['data'] {
  if (dtype === 'int64') return BigInt64Array.from(data, (value) => BigInt(value!));
  return dtype === 'uint8' ? Uint8Array.from(data, Number) : Float32Array.from(data, Number);
}

function send(response: ServerResponse, outputs: Tensors, wantsBinary: boolean): void {
  const entries = Object.entries(outputs);
  const rests = entries.map(([, { data }]) =>
    wantsBinary
      ? `"parameters":{"binary_data_size":${data.byteLength}}`
      : `"data":[${Array.from(data, String).join()}]`,
  );
  const described = entries.map(
    ([name, { dtype, shape }], index) =>
      `{"name":"${name}","datatype":"${DATATYPES[dtype]}","shape":[${shape.join()}],${rests[index]!}}`,
  );
  const json = Buffer.from(`{"model_name":"fake","outputs":[${described.join()}]}`);
  if (!wantsBinary) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
    return;
  }
  const binary = entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  response.writeHead(200, { 'content-type': 'application/octet-stream', [LENGTH]: json.length });
  response.end(Buffer.concat([json, ...binary]));
}
