import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Compiled: `npm test` builds it. */
const MODULE = new URL('../../../dist/zoo/embedding-store/within.js', import.meta.url).href;

it('keeps a program that waits for nothing else until the time is up', async () => {
  const program = `import { within } from ${JSON.stringify(MODULE)};
    console.log(await within(new Promise(() => {}), 20, 'late'), await within(Promise.resolve('here'), 1e6, 'late'));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe('late here\n');
});
