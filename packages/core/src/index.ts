export * from './contract/index.js';
export * from './image/index.js';
export * from './model/index.js';
export * from './process/index.js';
export * from './sessions/index.js';
export * from './zoo/index.js';
