import type { ZooObserver } from '../contract/index.js';
import type { Processes } from './pool/plan-workers.js';
import type { ChildExit } from './channel/fork-worker.js';

export interface ConnectOptions {
  /** A module whose default export is `defineConfig({ heads: [...] })`; a path is taken from the working directory. */
  readonly config: URL | string;
  /**
   * A module whose default export is a list of decoders, such as `[dicom(), nifti()]`: they are those of a config that names none itself. It
   * is loaded in the processes of the zoo and not in this one. Default: none, so that such a config reads PNG, JPEG, WebP and TIFF.
   */
  readonly decoders?: URL | string;
  /** Calls that may wait or run at one time; further ones are refused as BUSY. 32 if left out. */
  readonly maxPending?: number;
  /**
   * How many processes have the zoo: 1 if left out; 'auto': as many as the container's cores and memory suit, or one for each NVIDIA
   * card; or one for each of `{ devices: [0, 1] }`. An image goes to the process that had it last.
   */
  readonly processes?: Processes;
  /**
   * Keep one more process, its models open, to take the place of the next that ends; if left out, where models run on the CPU and the
   * container has the memory.
   */
  readonly reserve?: boolean;
  /** With a reserve at hand: how long a model may run on for a call that was aborted or is past its deadline; 100 ms if left out. */
  readonly graceMs?: number;
  /** How long the process may hold on to such a call in any case before it is killed; 10 s if left out. */
  readonly killAfterMs?: number;
  /**
   * How long a process may take until it is ready, counted from its start or from when weights last came from the network, before it is
   * ended and `connectZoo` rejects; 120 s if left out. TensorRT, which compiles models, may need more.
   */
  readonly startWithinMs?: number;
  /** Ends the start: `connectZoo` rejects with its reason and leaves no process behind. A zoo that is there is ended by `close`. */
  readonly signal?: AbortSignal;
  /**
   * How long a process may send no heartbeat, which a thread beside its models does twice a second, before it is taken to be frozen and is
   * replaced; 5 s if left out. A model that runs does not keep heartbeats away. After 2 s, or half of this, it gets no new calls.
   */
  readonly heartbeatTimeoutMs?: number;
  /** How long one run or opening of a model may take before the process is taken to hang, and is killed; 60 s if left out. */
  readonly stallAfterMs?: number;
  /** Options of Node for the process, such as `--max-old-space-size=2048`. */
  readonly execArgv?: readonly string[];
  /**
   * Called when a process ended and another takes its place, for logs and metrics: one that was told to only if its `cause` is
   * 'recycled', because models that it had closed did not give their memory back.
   */
  readonly onExit?: (exit: ChildExit) => void;
  /** Called when a process is ready to answer: the first, and each that takes the place of one that ended. */
  readonly onReady?: () => void;
  /** Hears what the zoo does, here and in its processes, for metrics and traces. What one had not yet told when it died is lost. */
  readonly observer?: ZooObserver;
}
