import type { ZooObserver } from '../contract/index.js';
import type { Processes } from './pool/plan-workers.js';
import type { WorkerExit } from './channel/fork-worker.js';

export interface ConnectOptions {
  /**
   * A module whose default export is `defineConfig({ heads: [...] })`. A path is resolved against the working
   * directory.
   */
  readonly config: URL | string;
  /**
   * A module whose default export is a list of decoders, such as `[dicom(), nifti()]`: they are those of a config that
   * names none itself. It is loaded in the workers and not in this process. By default such a config reads PNG, JPEG,
   * WebP and TIFF.
   */
  readonly decoders?: URL | string;
  /** How many calls may wait or run at one time; further calls are refused as BUSY. The default is 32. */
  readonly maxPending?: number;
  /**
   * How many worker processes run the zoo; the default is 1. 'auto': as many as suit the container's cores and memory,
   * or one for each NVIDIA card. `{ devices: [0, 1] }`: one for each of these GPUs. An image goes to the worker that
   * had it last.
   */
  readonly processes?: Processes;
  /**
   * Whether one more worker stands by, with its models open, to take the place of the next one that ends. The default
   * is true where models run on the CPU and the container has the memory.
   */
  readonly standby?: boolean;
  /**
   * How long a model may go on running for a call that was aborted or is past its deadline, in milliseconds, while a
   * standby is ready. The default is 100.
   */
  readonly graceMs?: number;
  /** How long a worker may keep such a call in any case before it is killed, in milliseconds. The default is 10,000. */
  readonly killAfterMs?: number;
  /**
   * How long a worker may take to become ready, in milliseconds, counted from its start or from when weights last came
   * from the network. After that it is ended and `connectZoo` rejects. The default is 120,000. TensorRT compiles models
   * and may need more.
   */
  readonly startWithinMs?: number;
  /**
   * Ends the start: `connectZoo` rejects with its reason and leaves no process behind. To end a zoo that has started,
   * use `close`.
   */
  readonly signal?: AbortSignal;
  /**
   * How long a worker may send no heartbeat, in milliseconds, before it is taken to be frozen and is replaced. The
   * default is 5,000. A thread beside the models sends two heartbeats a second, so a long run does not delay them.
   * After 2 s, or half of this time if that is shorter, the worker gets no new calls.
   */
  readonly heartbeatTimeoutMs?: number;
  /**
   * How long one run, or the opening of one model, may take before the worker is taken to hang and is killed, in
   * milliseconds. The default is 60,000.
   */
  readonly stallAfterMs?: number;
  /** Node options of the worker processes, such as `--max-old-space-size=2048`. */
  readonly execArgv?: readonly string[];
  /**
   * Called when a worker has ended and another takes its place, for logs and metrics. It is not called for a worker
   * that was told to end, unless its `cause` is 'recycled': models that it had closed did not give their memory back.
   */
  readonly onExit?: (exit: WorkerExit) => void;
  /** Called when a worker is ready to answer: the first ones, and each one that takes the place of another. */
  readonly onReady?: () => void;
  /**
   * Receives the events of the zoo, of this process and of the workers, for metrics and traces. The last events of a
   * worker that dies are lost.
   */
  readonly observer?: ZooObserver;
}
