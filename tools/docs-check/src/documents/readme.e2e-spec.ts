import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startMain } from '../../../../packages/gateway/test/start-main.js';
import { ROOT } from '../workspace.js';

const PROJECT_CONFIG = fileURLToPath(new URL('medzoo.config.mjs', ROOT));

it("the README's lines for a server do what they say", { timeout: 60_000 }, async () => {
  const readme = await readFile(new URL('README.md', ROOT), 'utf8');
  const [script] = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, code]) => code!);
  const url = await startMain(['--config', PROJECT_CONFIG]).url;
  const here = script!.replaceAll('localhost:4000', new URL(url).host);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { cwd: fileURLToPath(ROOT) });
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      image: {
        analyze: [{ masks: { length: 1 } }, { headId: 'chest-xray-pneumonia', message: expect.any(String) as unknown }],
      },
    },
  });
});
