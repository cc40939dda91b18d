import type { Tensor, Tensors } from '@medzoo/core/contract';
import { DATATYPES, toFoundTensor, type MetadataTensor } from '../datatypes.js';
import type { InferenceClient } from '../inference-client.js';
import { broken, readBinary, readElements } from '../read-tensor.js';
import type { RemoteSettings } from '../remote-options.js';
import { ReplicaFault } from '../replicas/replica-fault.js';
import { createCaller } from './call-replica.js';
import { countOf } from '@medzoo/core/contract';

// Messages as they are read, by the names of protos/inference.proto; what a server leaves out has its type's default.
interface ModelMetadata {
  readonly inputs: readonly MetadataTensor[];
  readonly outputs: readonly MetadataTensor[];
  readonly properties: Readonly<Record<string, Buffer>>;
}
interface ModelConfig {
  readonly config: { readonly parameters: Readonly<Record<string, { readonly string_value: string }>> } | null;
}
interface OutputMessage {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly string[];
  readonly contents: {
    readonly fp32_contents: readonly number[];
    readonly uint_contents: readonly number[];
    readonly int64_contents: readonly string[];
  } | null;
}
interface InferAnswer {
  readonly outputs: readonly OutputMessage[];
  readonly raw_output_contents: readonly Buffer[];
}

/** NOT_FOUND or INVALID_ARGUMENT; others say something else. */
const NOT_READY = [400, 404];

/** A server that is asked over gRPC. */
export function createGrpcClient(url: URL, settings: RemoteSettings): InferenceClient {
  const call = createCaller(url, settings);
  const { loadTimeoutMs } = settings;

  return {
    async describeServer() {
      const { name } = await call<{ readonly name: string }>('ServerMetadata', {});
      return { name, canBinary: true };
    },
    async describeModel(model) {
      const { inputs, outputs, properties } = await call<ModelMetadata>('ModelMetadata', { name: model });
      const parameters = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, readText(value)]));
      return { inputs: inputs.map(toFoundTensor), outputs: outputs.map(toFoundTensor), parameters };
    },
    async readParameters(model) {
      try {
        const { config } = await call<ModelConfig>('ModelConfig', { name: model });
        const entries = Object.entries(config?.parameters ?? {});
        return Object.fromEntries(entries.map(([key, value]) => [key, value.string_value]));
      } catch (error) {
        if (error instanceof ReplicaFault && error.kind === 'refused') return {};
        throw error;
      }
    },
    async isReady(model) {
      try {
        return (await call<{ readonly ready: boolean }>('ModelReady', { name: model })).ready;
      } catch (error) {
        if (error instanceof ReplicaFault && NOT_READY.includes(error.facts.status ?? 0)) return false;
        throw error;
      }
    },
    async load(model) {
      await call('RepositoryModelLoad', { model_name: model }, { timeoutMs: loadTimeoutMs });
    },
    async unload(model) {
      await call('RepositoryModelUnload', { model_name: model }, { timeoutMs: loadTimeoutMs });
    },
    async infer(model, feeds, outputs, { signal }) {
      const tensors = Object.entries(feeds);
      const message = {
        model_name: model,
        inputs: tensors.map(([name, { dtype, shape }]) => ({ name, datatype: DATATYPES[dtype], shape })),
        outputs: outputs.map(({ name }) => ({ name })),
        raw_input_contents: tensors.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
      };
      return readOutputs(await call<InferAnswer>('ModelInfer', message, { signal }));
    },
  };
}

/** Throws INFERENCE_FAILED for what does not fit together, MODEL_MISMATCH for an element type that is not carried. */
function readOutputs({ outputs, raw_output_contents: raw }: InferAnswer): Tensors {
  if (raw.length > 0 && raw.length !== outputs.length)
    throw broken(`it describes ${countOf(outputs.length, 'output')} and brings the bytes of ${raw.length}`);
  const tensors: Record<string, Tensor> = {};
  for (const [index, { name, datatype, shape, contents }] of outputs.entries()) {
    const output = { name, datatype, shape: shape.map(Number) };
    tensors[name] = raw[index] ? readBinary(output, raw[index]) : readElements(output, elementsOf(datatype, contents));
  }
  return tensors;
}

function elementsOf(datatype: string, contents: OutputMessage['contents']): readonly unknown[] {
  if (!contents) return [];
  const { fp32_contents: floats, uint_contents: bytes, int64_contents: longs } = contents;
  return { FP32: floats, UINT8: bytes, INT64: longs }[datatype] ?? [];
}

/** MLServer's field 3, of text, stands before the text's length, which is below 128 for a digest. */
const STRING_PARAM = 0x1a;

/** A property is text; MLServer's is a message around it. */
function readText(value: Buffer): string {
  const isWrapped = value[0] === STRING_PARAM && value[1] === value.length - 2;
  return value.toString('utf8', isWrapped ? 2 : 0);
}
