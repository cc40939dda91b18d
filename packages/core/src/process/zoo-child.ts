import { ZooError } from '../contract/index.js';
import type { ZooConfig } from '../zoo/zoo-config.js';
import { serveZoo } from './serve-zoo.js';

/** What `connectZoo` runs in the child: serves the zoo of the config module whose URL is the first argument. */
await serveZoo(importConfig(process.argv[2]!));

async function importConfig(url: string): Promise<ZooConfig> {
  const { default: config } = (await import(url)) as { default?: ZooConfig };
  if (config && 'heads' in config) return config;
  throw new ZooError(
    'INVALID_MANIFEST',
    `The config module ${url} must have \`export default defineConfig({ heads: [...] })\`; it has no such default export.`,
  );
}
