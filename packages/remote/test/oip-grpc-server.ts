import { fileURLToPath } from 'node:url';
import { Metadata, Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ModelSpec, Tensor, Tensors } from '@medzoo/core/contract';
import { loadWeights } from '@medzoo/core/model';
import { ARRAYS, DATATYPES, TYPES, type OipModel } from './oip-server.js';

const PROTOCOL = fileURLToPath(new URL('../protos/inference.proto', import.meta.url));
const [NOT_FOUND, UNAVAILABLE] = [5, 14];

type Message = Record<string, unknown>;
export type GrpcCall = ServerUnaryCall<Message, Message>;

export interface GrpcServerOptions {
  readonly models: Readonly<Record<string, OipModel>>;
  /** Outputs as lists of numbers, not as bytes. */
  readonly isTyped?: boolean;
  /**
   * The digest stands in the model's metadata: as text, as the specification has it, or in a message, as MLServer has
   * it.
   */
  readonly properties?: 'text' | 'message';
  /** Answers in place of the server, or returns false. */
  readonly fault?: (method: string, call: GrpcCall, answer: sendUnaryData<Message>) => boolean;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** The least of a server of the protocol over gRPC. */
export async function startOipGrpcServer(options: GrpcServerOptions) {
  const { models, isTyped = false, properties, fault = () => false, port = 0, tls } = options;
  const infers: string[] = [];
  const changes: string[] = [];
  const headers: Message[] = [];

  const find = (name: string): OipModel => {
    const model = models[name];
    if (!model || model.isLoaded === false) throw new Status(NOT_FOUND, `${name} is not found`);
    return model;
  };
  const change = (what: 'load' | 'unload', name: string): Message => {
    const model = models[name];
    if (!model) throw new Status(NOT_FOUND, `${name} is not found`);
    changes.push(`${what} ${name}`);
    model.isLoaded = what === 'load';
    return {};
  };
  const methods: Record<string, (message: Message) => Message | Promise<Message>> = {
    ServerMetadata: () => ({ name: 'Fake' }),
    ModelReady: ({ name }) => ({
      ready: models[name as string] !== undefined && models[name as string]!.isLoaded !== false,
    }),
    async ModelMetadata({ name }) {
      const model = find(name as string);
      return { ...describe(model.spec), ...(properties && { properties: wrap(await state(model), properties) }) };
    },
    async ModelConfig({ name }) {
      if (properties) throw new Status(12, 'there is no such method');
      const stated = Object.entries(await state(find(name as string)));
      return {
        config: { parameters: Object.fromEntries(stated.map(([key, value]) => [key, { string_value: value }])) },
      };
    },
    ModelInfer(message) {
      const model = find(message.model_name as string);
      infers.push(message.model_name as string);
      return encode(model.run(decode(message)), isTyped);
    },
    RepositoryModelLoad: ({ model_name }) => change('load', model_name as string),
    RepositoryModelUnload: ({ model_name }) => change('unload', model_name as string),
  };

  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const handlers = Object.entries(methods).map(([name, handle]) => [
    name,
    (call: GrpcCall, answer: sendUnaryData<Message>) => {
      headers.push(call.metadata.getMap());
      if (fault(name, call, answer)) return;
      void (async () => handle(call.request))().then(
        (message) => answer(null, message),
        (error: unknown) => answer(error as Status),
      );
    },
  ]);
  const definition = loadSync(PROTOCOL, { keepCase: true, longs: String, defaults: true });
  server.addService(definition['inference.GRPCInferenceService'] as never, Object.fromEntries(handlers) as never);
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }])
    : ServerCredentials.createInsecure();
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, at) => (error ? reject(error) : resolve(at)));
  });
  return {
    port: bound,
    url: tls ? `grpcs://localhost:${bound}` : `grpc://127.0.0.1:${bound}`,
    infers,
    changes,
    headers,
    close: () => server.forceShutdown(),
  };
}

/** How a call ends that is not answered. */
export class Status extends Error {
  readonly metadata = new Metadata();
  constructor(
    readonly code: number,
    readonly details: string,
  ) {
    super(details);
  }
}

export const busy = (): Status => new Status(UNAVAILABLE, 'the queue is full');

async function state({ spec, parameters }: OipModel): Promise<Readonly<Record<string, string>>> {
  return parameters ?? { sha256: spec.sha256, bytes: String((await loadWeights(spec)).length) };
}

function wrap(stated: Readonly<Record<string, string>>, how: 'text' | 'message'): Message {
  const bytesOf = (text: string): Buffer =>
    how === 'text' ? Buffer.from(text) : Buffer.concat([Buffer.of(0x1a, text.length), Buffer.from(text)]);
  return Object.fromEntries(Object.entries(stated).map(([key, value]) => [key, bytesOf(value)]));
}

function describe({ inputs, outputs }: ModelSpec): Message {
  const toMessage = (tensors: ModelSpec['inputs']) =>
    tensors.map(({ name, dtype, shape }) => ({
      name,
      datatype: DATATYPES[dtype],
      shape: shape.map((length) => (typeof length === 'string' ? -1 : length)),
    }));
  return { inputs: toMessage(inputs), outputs: toMessage(outputs) };
}

function decode(message: Message): Tensors {
  const inputs = message.inputs as { name: string; datatype: keyof typeof TYPES; shape: string[] }[];
  const raw = message.raw_input_contents as Buffer[];
  const entries = inputs.map(({ name, datatype, shape }, index) => {
    const dtype = TYPES[datatype];
    const data = new ARRAYS[dtype](Uint8Array.from(raw[index]!).buffer);
    return [name, { dtype, shape: shape.map(Number), data } as Tensor];
  });
  return Object.fromEntries(entries) as Tensors;
}

function encode(outputs: Tensors, isTyped: boolean): Message {
  const fields = { float32: 'fp32_contents', uint8: 'uint_contents', int64: 'int64_contents' } as const;
  const entries = Object.entries(outputs);
  const described = entries.map(([name, { dtype, shape, data }]) => ({
    name,
    datatype: DATATYPES[dtype],
    shape,
    ...(isTyped && {
      contents: {
        [fields[dtype]]: Array.from<unknown, unknown>(data, (value) => (dtype === 'int64' ? String(value) : value)),
      },
    }),
  }));
  const raw = isTyped ? [] : entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return { outputs: described, raw_output_contents: raw };
}
