import type { Batching } from '../contract/index.js';
import { PROVIDER_NAMES } from '../contract/model/names/provider-names.js';

/** What medzoo has to know of one of onnxruntime's execution providers. */
export interface ExecutionProvider {
  /** Whether it can be told which of several devices to use, as in `cuda:1`. */
  readonly hasDevices?: boolean;
  /** The provider whose devices it uses: both share that device's memory. */
  readonly sharesDevicesOf?: string;
  /** How runs of a model form batches, where an item of a batch costs less than one alone. */
  readonly batching?: Batching;
}

/**
 * All of them, by the names that onnxruntime gives them. A new one is added to these names
 * (`contract/model/names/provider-names.ts`) and, since this does not compile without it, here; `onnxruntime-node`
 * itself says whether this machine has it. tensorrt and coreml have no `batching`: they compile a model anew for each
 * number of items, for up to minutes.
 */
export const EXECUTION_PROVIDERS = {
  cpu: {},
  cuda: { hasDevices: true, batching: { maxBatch: 8 } },
  tensorrt: { hasDevices: true, sharesDevicesOf: 'cuda' },
  webgpu: { batching: { maxBatch: 8 } },
  dml: { hasDevices: true, batching: { maxBatch: 8 } },
  coreml: {},
  rocm: {},
  migraphx: {},
  openvino: {},
  qnn: {},
  xnnpack: {},
} as const satisfies Readonly<Record<(typeof PROVIDER_NAMES)[number], ExecutionProvider>>;

/**
 * Of `cuda`, `cuda:0` and `cuda:0+cpu` alike; undefined for one that is not in the table, such as a remote server's.
 */
export function findProvider(id: string): ExecutionProvider | undefined {
  const name = familyOf(id);
  return Object.hasOwn(EXECUTION_PROVIDERS, name)
    ? EXECUTION_PROVIDERS[name as keyof typeof EXECUTION_PROVIDERS]
    : undefined;
}

/** `cuda` of `cuda:0+cpu`. */
export function familyOf(id: string): string {
  return /^[^:+]*/.exec(id)![0];
}

/** Names of those that can be told which of several devices to use. */
export const PROVIDERS_WITH_DEVICES: readonly string[] = PROVIDER_NAMES.filter(
  (name) => findProvider(name)?.hasDevices === true,
);
