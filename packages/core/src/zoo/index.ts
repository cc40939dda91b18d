export { createZoo } from './create-zoo.js';
export { defineConfig } from './zoo-config.js';
export type { ZooConfig } from './zoo-config.js';
