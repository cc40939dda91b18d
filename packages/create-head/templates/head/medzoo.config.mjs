// What `npx medzoo-gateway`, `npx medzoo analyze` and `npx medzoo evaluate` run here.
import { defineConfig } from '@medzoo/core';
import { headName } from './dist/index.js';

export default defineConfig({ heads: [headName], warmUp: true });
