import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createFolder } from './create-folder.js';
import { startMain } from './start-main.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const README = new URL('../README.md', import.meta.url);

it("the README's commands do what it says, on the zoo of medzoo.config.mjs", async () => {
  const readme = await readFile(README, 'utf8');
  const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, command]) => command!);
  expect(commands).toHaveLength(5);

  const url = await startMain(['--config', join(ROOT, 'medzoo.config.mjs')]).url;
  const folder = createFolder();
  await symlink(join(ROOT, 'tools'), join(folder, 'tools'));
  const script = commands.join('\n').replaceAll('localhost:4000', new URL(url).host);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });

  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, never>;
  const upload = await read('upload.json');
  expect(Object.keys(upload)).toEqual(['id', 'width', 'height', 'bytes', 'mediaType']);
  expect(await read('answer.json')).toMatchObject({
    data: { image: { analyze: [{ masks: [{ label: 'lungs' }] }, { headId: 'chest-xray-pneumonia' }] } },
  });
  expect(await read('at-once.json')).toMatchObject({
    data: {
      uploadImage: {
        analyze: [{ masks: expect.arrayContaining([expect.objectContaining({ label: 'polyp' })]) as unknown }],
      },
    },
  });
  const mask = await sharp(join(folder, 'mask.png')).metadata();
  expect(mask).toMatchObject({ format: 'png', width: upload.width, height: upload.height });
  expect(stdout).toContain('{"data":{"heads":[{"id":"automed"');
}, 60_000);
