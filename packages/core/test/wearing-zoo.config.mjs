// A zoo whose closed models keep their memory, as a runtime with a leak would, and a budget for the encoder and one
// head. `npm test` builds what it imports.
import { defineConfig } from '@medzoo/core';
import { createFakeBackend, testClasses, testMasks } from '@medzoo/core/testing';

const MIB = 2 ** 20;
let keptBytes = 0;

const backend = createFakeBackend({
  provider: () => 'cpu',
  memory: { devicesOf: () => ['cpu'], unreturnedBytes: () => keptBytes },
  memoryBytes: () => 100 * MIB,
  close: () => void (keptBytes += 100 * MIB),
  // Long enough for other calls to come meanwhile.
  run: () => new Promise((resolve) => setTimeout(() => resolve(undefined), 20)),
});

export default defineConfig({ heads: [testMasks, testClasses], backend, memoryBudget: '220MiB' });
