import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolder } from '../../../test/create-folder.js';
import type { StoredImage } from '../stored-image.js';
import { FileChecks, WrongContent } from './verified-file.js';

async function store(content: string): Promise<{ readonly path: string; readonly image: StoredImage }> {
  const path = join(createFolder(), 'file');
  await fs.writeFile(path, content);
  const id = createHash('sha256').update(content).digest('hex');
  return { path, image: { id, width: 1, height: 1, bytes: content.length, format: 'png', frames: 1, frame: 0 } };
}

it('reads a file once for all who ask at one time, and again for who asks later', async () => {
  const { path, image } = await store('abc');
  const checks = new FileChecks();
  const [first, second] = [checks.check(path, image), checks.check(path, image)];
  expect(second).toBe(first);
  await first;
  await fs.writeFile(path, 'abd');
  await expect(checks.check(path, image)).rejects.toThrow(WrongContent);
});

it('reads files one after the other, also behind one that is wrong', async () => {
  const files = [await store('a'), await store('b'), await store('c')];
  await fs.writeFile(files[0]!.path, 'x');
  const checks = new FileChecks();
  const order: string[] = [];
  const ended = files.map(({ path, image }, index) =>
    checks.check(path, image).then(
      () => order.push(`${index} is right`),
      () => order.push(`${index} is wrong`),
    ),
  );
  await Promise.all(ended);
  expect(order).toEqual(['0 is wrong', '1 is right', '2 is right']);
});
