export { createZoo } from './create-when-called.js';
export { loadConfig } from './config/load-config.js';
export { defineConfig } from './config/zoo-config.js';
export type { EmbeddingStore } from './embedding-store/embedding-store.js';
export type { ZooConfig } from './config/zoo-config.js';
