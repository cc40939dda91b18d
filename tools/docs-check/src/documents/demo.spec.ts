import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../../run-medzoo.mjs', import.meta.url));

it('npm run demo takes the samples, and no value of an option for an image', { timeout: 120_000 }, async () => {
  const options = ['--window', '40,400', '--seg-type', 'labelmap', '--frame', '0', '--heads', 'nobody'];
  const demo = promisify(execFile)(process.execPath, [DEMO, 'analyze', ...options]);
  await expect(demo).rejects.toMatchObject({ stderr: expect.stringContaining('There is no head "nobody".') as string });
});
