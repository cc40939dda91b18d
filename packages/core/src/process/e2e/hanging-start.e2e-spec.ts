import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { testClasses } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;
const WAIT = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let pidFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-start-'));
  pidFile = join(folder, 'pid');
});
afterEach(() => rm(folder, { recursive: true }));

const HEADS = 'heads: [testClasses], threads: 1';

/** Says which process it is in, does what `before` says, and exports a zoo with these options. */
async function writeConfig(before: string, options = HEADS): Promise<string> {
  const path = join(folder, 'medzoo.config.mjs');
  await writeFile(
    path,
    `import { appendFileSync, existsSync } from 'node:fs';
    import { testClasses } from ${JSON.stringify(TESTING)};
    const isFirst = !existsSync(${JSON.stringify(pidFile)});
    appendFileSync(${JSON.stringify(pidFile)}, process.pid + '\\n');
    setInterval(() => undefined, 1000); // else a process whose import never ends would end
    ${before}
    export default { ${options} };`,
  );
  return path;
}

const pids = async () => (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

async function expectNoneLeft(): Promise<void> {
  await vi.waitFor(async () => {
    for (const pid of await pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, WAIT);
}

const FOREVER = 'await new Promise(() => undefined);';
const HANGING_BACKEND = `${HEADS}, warmUp: true, backend: { name: 'mine', open: () => new Promise(() => undefined) }`;

it.each([
  ['SIGKILL', 'signal SIGKILL. The system ends processes so where memory is short'],
  ['SIGABRT', 'signal SIGABRT. Native code ends so where it gets no memory or no thread'],
])('says what %s at the start may come from', async (signal, words) => {
  const config = await writeConfig(`process.kill(process.pid, '${signal}');`);
  await expect(connectZoo({ config })).rejects.toThrow(`The zoo's process ended before it was ready: ${words}`);
});

describe('a config that hangs', () => {
  it.each([
    ['waits for ever as it is imported', FOREVER, HEADS],
    ['computes without end', 'for (;;);', HEADS],
    ['waits for ever as the zoo is made', '', HANGING_BACKEND],
  ])('because it %s is refused in time, and leaves no process behind', async (_, before, options) => {
    const config = await writeConfig(before, options);
    const failing = connectZoo({ config, startWithinMs: 3000, standby: false });
    await expect(failing).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/not ready within 3 s .*medzoo\.config\.mjs.*startWithinMs/) as string,
    });
    await expectNoneLeft();
  });

  it('is left when the caller does not want it any more', async () => {
    const config = await writeConfig(FOREVER);
    const controller = new AbortController();
    const starting = connectZoo({ config, signal: controller.signal });
    starting.catch(() => undefined);
    await vi.waitFor(async () => expect(await pids()).toHaveLength(1), WAIT);
    controller.abort(new Error('not any more'));
    await expect(starting).rejects.toThrow('not any more');
    await expectNoneLeft();
    await expect(connectZoo({ config, signal: controller.signal })).rejects.toThrow('not any more');
    expect(await pids()).toHaveLength(1);
  });

  it('when it is loaded again: those who wait are told, and the zoo can be closed', async () => {
    const config = await writeConfig(`if (!isFirst) ${FOREVER}`);
    const zoo = await connectZoo<readonly [typeof testClasses]>({ config, startWithinMs: 10_000, standby: false });
    process.kill(zoo.runtime().processes[0]!.pid, 'SIGKILL');
    await vi.waitFor(() => expect(zoo.runtime().state).toBe('degraded'), WAIT);
    const call = zoo.analyze(await createTestImage(), { 'test-classes': {} });
    await expect(call).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });

    const left = zoo.analyze(await createTestImage({ seed: 2 }), { 'test-classes': {} });
    left.catch(() => undefined);
    await zoo.close();
    await expect(left).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await expectNoneLeft();
  });

  it('says nothing that the asking process could stumble over', async () => {
    const config = await writeConfig("process.send('ready'); process.send(null); process.send({ type: 'toString' });");
    const zoo = await connectZoo({ config, standby: false });
    expect(zoo.runtime().state).toBe('ready');
    await zoo.close();
  });
});
