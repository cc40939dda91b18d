import { z } from 'zod';
import type { ZooError, ZooObserver } from '../contract/index.js';
import {
  aFlag,
  aFunction,
  aSignal,
  aString,
  aWholeNumber,
  listOf,
  maybe,
  milliseconds,
  options,
  whole,
} from '../contract/options/option-schemas.js';
import type { WorkerExit } from './channel/fork-worker.js';
import { processesOption } from './pool/plan-workers.js';

const aModule = whole(z.union([z.instanceof(URL), z.string().min(1)]), 'the URL or path of a module');

export const connectOptions = options({
  /**
   * A module whose default export is `defineConfig({ heads: [...] })`. A path is resolved against the working
   * directory.
   */
  config: aModule,
  /**
   * A module whose default export is a list of decoders, such as `[dicom(), nifti()]`: they are those of a config that
   * names none itself. It is loaded in the workers and not in this process. By default such a config reads PNG, JPEG,
   * WebP, TIFF, BMP, PGM and PPM.
   */
  decoders: maybe(aModule),
  /** How many calls may wait or run at one time; further calls are refused as BUSY. The default is 32. */
  maxPending: maybe(aWholeNumber(1)),
  /**
   * How many worker processes run the zoo; the default is 1. 'auto': as many as suit the container's cores and memory,
   * or one for each NVIDIA card. `{ devices: [0, 1] }`: one for each of these GPUs. An image goes to the worker that
   * had it last.
   */
  processes: maybe(processesOption),
  /**
   * Whether one more worker stands by, with its models open, to take the place of the next one that ends. The default
   * is true where models run on the CPU and the container has the memory.
   */
  standby: maybe(aFlag),
  /**
   * How long a model may go on running for a call that was aborted or is past its deadline, in milliseconds, while a
   * standby is ready. The default is 100.
   */
  graceMs: maybe(milliseconds()),
  /** How long a worker may keep such a call in any case before it is killed, in milliseconds. The default is 10,000. */
  killAfterMs: maybe(milliseconds()),
  /**
   * How long a worker may take to become ready, in milliseconds, counted from its start or from when weights last came
   * from the network. After that it is ended and `connectZoo` rejects. The default is 120,000. TensorRT compiles models
   * and may need more.
   */
  startWithinMs: maybe(milliseconds(1)),
  /**
   * Ends the start: `connectZoo` rejects with its reason and leaves no process behind. To end a zoo that has started,
   * use `close`.
   */
  signal: maybe(aSignal),
  /**
   * How long a worker may send no heartbeat, in milliseconds, before it is taken to be frozen and is replaced. The
   * default is 5,000. A thread beside the models sends two heartbeats a second, so a long run does not delay them.
   * After 2 s, or half of this time if that is shorter, the worker gets no new calls.
   */
  heartbeatTimeoutMs: maybe(milliseconds(1000)),
  /**
   * How long one run of a model, its opening, or the decoding of one image may take before the worker is taken to hang
   * and is killed, in milliseconds. The default is 60,000. Its calls are asked again, once.
   *
   * Weights that arrive from the network do not count.
   */
  stallAfterMs: maybe(milliseconds(1)),
  /** Node options of the worker processes, such as `--max-old-space-size=2048`. */
  execArgv: maybe(listOf(aString, "a list of Node's options")),
  /**
   * Called when a worker has ended and another takes its place, for logs and metrics. It is not called for a worker
   * that was told to end, unless its `cause` is 'recycled': models that it had closed did not give their memory back.
   */
  onExit: maybe(aFunction<(exit: WorkerExit) => void>()),
  /** Called when a worker is ready to answer: the first ones, and each one that takes the place of another. */
  onReady: maybe(aFunction<() => void>()),
  /**
   * Called when a worker could not be started that was to follow the first ones, to replace another or to stand by. It
   * is tried again, after a delay that grows. For logs: the zoo answers with the workers that it has.
   */
  onUnable: maybe(aFunction<(error: ZooError) => void>()),
  /**
   * Receives the events of the zoo, of this process and of the workers, for metrics and traces. The last events of a
   * worker that dies are lost.
   */
  observer: maybe(aFunction<ZooObserver>()),
});

export type ConnectOptions = z.infer<typeof connectOptions>;
