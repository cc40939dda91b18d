export { createZoo } from './create-zoo.js';
export { loadConfig } from './load-config.js';
export { defineConfig } from './zoo-config.js';
export type { EmbeddingStore } from './embedding-store/embedding-store.js';
export type { ZooConfig } from './zoo-config.js';
