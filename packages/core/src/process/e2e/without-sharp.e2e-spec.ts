import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-sharp-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As where its files for this machine were not installed. */
const HOOK = `data:text/javascript,${encodeURIComponent(`export async function resolve(name, context, next) {
  if (name === 'sharp') throw new Error('Could not load the "sharp" module');
  return next(name, context);
}`)}`;

it('a worker that cannot load sharp lives on, says so, and blames no image', { timeout: 60_000 }, async () => {
  const config = join(folder, 'medzoo.config.mjs');
  await writeFile(
    config,
    `import { register } from 'node:module';
    import { testClasses } from ${JSON.stringify(TESTING)};
    register(${JSON.stringify(HOOK)});
    export default { heads: [testClasses], threads: 1, warmUp: true };`,
  );
  const onExit = vi.fn();
  const zoo = await connectZoo({ config, standby: false, onExit });
  try {
    const image = await createTestImage({ width: 8, height: 8 });
    for (let round = 0; round < 3; round += 1) {
      const { [zoo.heads[0]!.manifest.id]: outcome } = (await zoo.analyze(image, { 'test-classes': {} })) as Record<
        string,
        unknown
      >;
      expect(outcome).toMatchObject({
        ok: false,
        error: {
          code: 'BACKEND_UNAVAILABLE',
          message: expect.stringMatching(/sharp.* cannot be loaded here: .*Install it again/) as string,
        },
      });
    }
    expect(onExit).not.toHaveBeenCalled();
    expect(zoo.runtime()).toMatchObject({ state: 'ready', queue: { quarantined: 0 } });
  } finally {
    await zoo.close();
  }
});
