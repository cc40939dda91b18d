import { writeFile } from 'node:fs/promises';
import { describeSchema } from './graphql/build-gateway-schema.js';

// npm run schema: what the repository keeps as schema.graphql, and a test holds against the code.
await writeFile(process.argv[2] ?? 'schema.graphql', await describeSchema());
