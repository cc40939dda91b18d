import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import type { ModelSpec } from '../../contract/index.js';

/** Of the folder of one model, of how it is saved, and of what is read off its graph for the record. */
export const FORMAT = 2;

/** What tells the kernels that ONNX Runtime chooses; clocks and numbers of cores do not. */
const OF_KERNELS = [
  ...['vendor_id', 'cpu family', 'model', 'model name', 'stepping', 'flags'],
  ...['CPU implementer', 'CPU architecture', 'CPU variant', 'CPU part', 'Features'],
];

/** Everything that the bytes of packed weights depend on. */
export interface PackedFor {
  readonly format: number;
  readonly model: string;
  readonly data: string | undefined;
  /** Of onnxruntime-node. */
  readonly runtime: string;
  readonly provider: string;
  readonly arch: string;
  readonly cpu: readonly string[];
}

/** Which weights, packed by which onnxruntime for which processor. `cpuinfo` is the text of /proc/cpuinfo. */
export function packedFor({ sha256, data }: ModelSpec, runtime: string, cpuinfo: string = readCpuinfo()): PackedFor {
  return {
    format: FORMAT,
    model: sha256,
    data: data?.sha256,
    runtime,
    provider: 'cpu',
    arch: arch(),
    cpu: describeCpu(cpuinfo),
  };
}

/** A name for a folder. */
export function keyOf(what: PackedFor): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}

/** The first processor: the others of a machine are like it. */
function describeCpu(cpuinfo: string): readonly string[] {
  const [first = ''] = cpuinfo.split(/\n\s*\n/);
  const lines = first.split('\n').map((line) => line.split(':').map((part) => part.trim()));
  const kept = lines
    .filter(([name = '']) => OF_KERNELS.includes(name))
    .map(([name, value = '']) => `${name}: ${value}`);
  return kept.length > 0 ? kept : [cpus()[0]?.model ?? ''];
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
