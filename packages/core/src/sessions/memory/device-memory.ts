import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { WeightsFile } from '../../contract/index.js';
import { askNvidia, type AskNvidia } from '../../host/ask-nvidia.js';
import { mappedBytes } from './mapped-files.js';

/** Bytes, for as long as they can be had. */
export type ReadMemory = (device: string) => Promise<number | undefined>;

/**
 * float16 weights, which fp16 storage and our encoder have, become float32 in memory: twice the file. float32 ones take
 * it once.
 */
const WEIGHTS_FACTOR = 2;
/**
 * What one run of a small model needs beside: 18 to 22 MB of our encoder and AutoMed, 1 to 2 MB of the others
 * (docs/operating.md).
 */
const WORK_BYTES = 16 * 2 ** 20;
const MEBIBYTE = 2 ** 20;

/** What a model is taken to need until it was measured. */
export function declaredBytes({ bytes, data }: { readonly bytes: number; readonly data?: WeightsFile }): number {
  return (bytes + (data?.bytes ?? 0)) * WEIGHTS_FACTOR + WORK_BYTES;
}

/**
 * All memory of a device, of which a share may be asked for: the container's limit, or the host's memory, or the
 * card's.
 */
export function createTotalMemory(ask: AskNvidia = askNvidia): ReadMemory {
  return async (device) => {
    if (device === 'cpu') return Math.min(process.constrainedMemory() || Infinity, totalmem());
    return onCard(device, async (card) => parseMebibytes(await ask([`--id=${card}`, ...query('gpu', 'memory.total')])));
  };
}

/**
 * What this process has of a device's memory: on the CPU what is resident of its own beyond JavaScript's, on an NVIDIA
 * card what the driver says. Undefined where nobody tells: of other cards, and in a container whose process ids the
 * driver does not know.
 */
export function createUsedMemory(ask: AskNvidia = askNvidia): ReadMemory {
  return async (device) => {
    if (device === 'cpu') return readNative();
    return onCard(device, async (card) => {
      const lines = (await ask([`--id=${card}`, ...query('compute-apps', 'pid,used_memory')])).split('\n');
      const own = lines.map((line) => line.split(',')).filter(([pid]) => Number(pid) === process.pid);
      const bytes = own.map(([, used]) => parseMebibytes(used ?? ''));
      return bytes.length > 0 && !bytes.includes(undefined) ? bytes.reduce((sum, one) => sum! + one!, 0) : undefined;
    });
  };
}

/**
 * Embeddings, images and files that were read are JavaScript's, and come and go beside the models. Weights that are
 * mapped from a file count as if no other process shared them.
 */
function readNative(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  const anonymous = readAnonymous();
  return (anonymous === undefined ? rss : anonymous + mappedBytes()) - heapTotal - external;
}

/**
 * Without pages of programs and libraries, 25 MB of onnxruntime among them, which the first model would be taken to
 * need. Linux tells.
 */
function readAnonymous(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Of NVIDIA's cards alone; a tool that is not there knows nothing. */
async function onCard(
  device: string,
  read: (card: string) => Promise<number | undefined>,
): Promise<number | undefined> {
  const [name, index = '0'] = device.split(':');
  if (name !== 'cuda') return undefined;
  return read(cardOf(index)).catch(() => undefined);
}

/**
 * nvidia-smi counts all cards, CUDA those that are visible to it: by number or by UUID, both of which nvidia-smi takes.
 */
function cardOf(index: string): string {
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(',').map((device) => device.trim());
  const named = visible?.[Number(index)];
  return named === undefined || named === '' ? index : named;
}

function query(what: 'gpu' | 'compute-apps', fields: string): readonly string[] {
  return [`--query-${what}=${fields}`, '--format=csv,noheader,nounits'];
}

/** `[N/A]` where the driver does not know, as on Windows and with MIG. */
function parseMebibytes(text: string): number | undefined {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value * MEBIBYTE : undefined;
}
