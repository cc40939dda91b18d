export { connectZoo } from './connect-when-called.js';
export type { ConnectOptions } from './connect-options.js';
export { collectGarbageAfter } from '../host/collect-garbage.js';
export { flushFile } from '../model/weights/cache/flush-file.js';
export { loosenHeapLimit } from './worker/loosen-heap-limit.js';
export type { Processes } from './pool/plan-workers.js';
export { serveZoo } from './worker/serve-zoo.js';
export type { WorkerExit } from './channel/fork-worker.js';
