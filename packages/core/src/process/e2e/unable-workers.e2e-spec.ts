import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ZooError } from '../../contract/index.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;
const WAIT = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-unable-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A config that is read once, and then cannot be read `times`. */
async function writeConfig(times: number): Promise<string> {
  const path = join(folder, 'medzoo.config.mjs');
  const count = JSON.stringify(join(folder, 'count'));
  await writeFile(
    path,
    `import { appendFileSync, readFileSync } from 'node:fs';
    import { testClasses } from ${JSON.stringify(TESTING)};
    appendFileSync(${count}, 'x');
    const starts = readFileSync(${count}).length;
    if (starts > 1 && starts <= 1 + ${times}) throw new Error('no such model file, at start ' + starts);
    export default { heads: [testClasses], threads: 1 };`,
  );
  return path;
}

const said = (onUnable: ReturnType<typeof vi.fn>): string[] =>
  onUnable.mock.calls.map(([error]) => (error as ZooError).message);

describe('a worker that cannot start is told of', () => {
  it('where it was to follow the first, which answers; it is there in the end', async () => {
    const onUnable = vi.fn();
    const config = await writeConfig(1);
    const zoo = await connectZoo({ config, processes: 'auto', standby: false, onUnable });
    const answers = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
    expect(answers).toMatchObject({ 'test-classes': { ok: true } });
    await vi.waitFor(() => expect(zoo.runtime().processes.length).toBeGreaterThan(1), WAIT);
    expect(said(onUnable)).toEqual([expect.stringContaining('no such model file, at start 2')]);
    await zoo.close();
  });

  it('where it was to replace another, or to stand by', async () => {
    for (const standby of [false, true]) {
      await rm(join(folder, 'count'), { force: true });
      const onUnable = vi.fn();
      const zoo = await connectZoo({ config: await writeConfig(1), standby, onUnable });
      if (!standby) process.kill(zoo.runtime().processes[0]!.pid, 'SIGKILL');
      await vi.waitFor(() => expect(onUnable).toHaveBeenCalled(), WAIT);
      expect(said(onUnable)).toEqual([expect.stringContaining('at start 2')]);
      await zoo.close();
    }
  });

  it('where a head was changed since the zoo began, until it is what it was', async () => {
    const onUnable = vi.fn();
    const path = join(folder, 'medzoo.config.mjs');
    const write = (head: string) =>
      writeFile(
        path,
        `import { testClasses, testMasks } from ${JSON.stringify(TESTING)};
        const changed = { ...testClasses, trained: { ...testClasses.trained, version: '9.9.9' } };
        export default { heads: [${head}, testMasks], threads: 1 };`,
      );
    await write('testClasses');
    const zoo = await connectZoo({ config: path, standby: false, onUnable });
    await write('changed');
    process.kill(zoo.runtime().processes[0]!.pid, 'SIGKILL');
    await vi.waitFor(() => expect(onUnable).toHaveBeenCalled(), WAIT);
    expect(said(onUnable)[0]).toContain('The head "test-classes" is not what it was when the zoo began');
    await write('testClasses');
    const answers = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
    expect(answers).toMatchObject({ 'test-classes': { ok: true } });
    await zoo.close();
  });

  it('not where it is the first, whose fault the zoo rejects with, or is wanted no more', async () => {
    const onUnable = vi.fn();
    const config = await writeConfig(1);
    await writeFile(join(folder, 'count'), 'x');
    await expect(connectZoo({ config, onUnable })).rejects.toThrow('at start 2');
    const zoo = await connectZoo({ config, processes: 'auto', onUnable });
    await zoo.close();
    expect(onUnable).not.toHaveBeenCalled();
  });
});
