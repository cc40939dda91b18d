import { readFileSync } from 'node:fs';
import { missingFile } from '../contract/errors/missing-file.js';
import { createPlainKernels } from './plain-kernels.js';

/** Compiled from kernels/*.ts, which say what each does; arguments are addresses in `memory` and counts. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly mixRows: (
    rows: number,
    stride: number,
    weights: number,
    taps: number,
    mixed: number,
    samples: number,
  ) => void;
  readonly mixColumns: (
    row: number,
    channels: number,
    starts: number,
    weights: number,
    taps: number,
    colour: number,
    planes: number,
    planeCount: number,
    planeBytes: number,
    columns: number,
  ) => void;
  /** Not 0 if they are. */
  readonly areFinite: (values: number, count: number) => number;
}

/** From src/kernels and from dist/kernels alike. */
const LOCATION = new URL('../../kernels/dist/kernels.wasm', import.meta.url);
const PAGE_BYTES = 64 * 1024;
/** A memory never shrinks: one that an unusual image made larger than this goes with it. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;

let module: WebAssemblyModule | undefined;
let kept: Kernels | undefined;

/**
 * Runs `work` with `bytes` of the kernels' memory, which holds anything before and is another's afterwards; `work` may
 * not call this.
 */
export function withKernels<T>(bytes: number, work: (kernels: Kernels) => T): T {
  const kernels = kept ?? instantiate();
  const { memory } = kernels;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  kept = memory.buffer.byteLength > MOST_KEPT_BYTES ? undefined : kernels;
  return work(kernels);
}

function instantiate(): Kernels {
  if (typeof WebAssembly === 'undefined') return createPlainKernels();
  module ??= new WebAssembly.Module(readCompiled());
  try {
    return new WebAssembly.Instance(module).exports as Kernels;
  } catch (error) {
    // V8 reserves 10 GB of addresses for any memory, however small: a process under `ulimit -v` does not get them.
    if (error instanceof RangeError) return createPlainKernels();
    throw error;
  }
}

function readCompiled(): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(LOCATION);
  } catch (cause) {
    throw missingFile('kernels/dist/kernels.wasm', cause);
  }
}
