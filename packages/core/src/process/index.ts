export { connectZoo } from './connect-zoo.js';
export type { ConnectOptions } from './connect-zoo.js';
export { serveZoo } from './serve-zoo.js';
export type { ChildExit } from './spawn-child.js';
