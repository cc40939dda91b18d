import type { MaskArea } from '../servers/gateway-client.js';

/** A server that answers the same question about the same image: which masks, how large. */
export interface Baseline {
  readonly name: string;
  analyze(file: Uint8Array): Promise<readonly MaskArea[]>;
  /** Of all its processes; undefined where it cannot be told. */
  readonly residentBytes: () => number | undefined;
  readonly close: () => Promise<void>;
}
