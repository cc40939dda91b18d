import type { Backend, ModelSpec } from '../../contract/index.js';
import { deviceOf } from './device-of.js';
import { createMemoryLedger, type MemoryLedger, type MemoryLedgerOptions } from './memory-ledger.js';

/** The one ledger, without a bound, of a backend whose models are not in this machine's memory. */
const ELSEWHERE = 'elsewhere';

export interface DeviceLedgersOptions extends Pick<MemoryLedgerOptions, 'find' | 'close' | 'withinMs'> {
  readonly backend: Pick<Backend, 'memory'>;
  /** Bytes for the models of a device. */
  readonly budgetOf: (device: string) => number;
}

/** The ledger of each device, and what is known of which device a model goes to. */
export class DeviceLedgers {
  readonly #options: DeviceLedgersOptions;
  readonly #ledgers = new Map<string, MemoryLedger>();
  /** By the devices that a model may be on: the one that the last such model was opened on. */
  readonly #settled = new Map<string, string>();

  constructor(options: DeviceLedgersOptions) {
    this.#options = options;
  }

  /**
   * The ledger of the device where the model most likely will be: its first choice, unless the last model had to go
   * elsewhere.
   */
  plan(spec: ModelSpec): MemoryLedger {
    const devices = this.#devicesOf(spec);
    return this.#of(this.#settled.get(devices.join()) ?? devices[0] ?? ELSEWHERE);
  }

  /** The ledger of the device that the model was opened on, which may be another than was planned. */
  settle(spec: ModelSpec, provider: string, planned: MemoryLedger): MemoryLedger {
    if (planned.device === ELSEWHERE) return planned;
    const device = deviceOf(provider);
    this.#settled.set(this.#devicesOf(spec).join(), device);
    return this.#of(device);
  }

  /** Of all devices of this machine that a model was planned for. */
  list(): readonly MemoryLedger[] {
    return [...this.#ledgers.values()].filter(({ device }) => device !== ELSEWHERE);
  }

  /** Rejects all who wait for memory, on whatever device. */
  fail(...given: Parameters<MemoryLedger['fail']>): void {
    for (const ledger of this.#ledgers.values()) ledger.fail(...given);
  }

  #devicesOf(spec: ModelSpec): readonly string[] {
    return this.#options.backend.memory?.devicesOf(spec) ?? [];
  }

  #of(device: string): MemoryLedger {
    const known = this.#ledgers.get(device);
    if (known) return known;
    const { budgetOf, find, close, withinMs } = this.#options;
    const budgetBytes = device === ELSEWHERE ? Infinity : budgetOf(device);
    const ledger = createMemoryLedger({
      device,
      budgetBytes,
      find,
      close,
      ...(withinMs !== undefined && { withinMs }),
    });
    this.#ledgers.set(device, ledger);
    return ledger;
  }
}
