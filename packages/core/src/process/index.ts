export { connectZoo } from './connect-zoo.js';
export type { ConnectOptions } from './connect-options.js';
export { loosenHeapLimit } from './loosen-heap-limit.js';
export type { Processes } from './plan-shares.js';
export { serveZoo } from './serve-zoo.js';
export type { ChildExit } from './fork-worker.js';
