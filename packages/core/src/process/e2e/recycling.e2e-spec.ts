import { expect, it, vi } from 'vitest';
import type { ZooEvent } from '../../contract/index.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../../test/wearing-zoo.config.mjs', import.meta.url);
vi.setConfig({ testTimeout: 120_000 });

it('a process whose closed models keep their memory is replaced, and no asker notices', async () => {
  const events: ZooEvent[] = [];
  const onExit = vi.fn();
  const observer = (event: ZooEvent) => void events.push(event);
  const zoo = await connectZoo({ config, observer, onExit });
  const [{ pid } = { pid: 0 }] = zoo.runtime().processes;
  try {
    let asked = 0;
    // Two askers at any time, each with a head that has to make room for itself, until well after the process was
    // replaced.
    const ask = async (head: 'test-masks' | 'test-classes') => {
      for (let after = 0; after < 10; after += onExit.mock.calls.length > 0 ? 1 : 0) {
        const answer = await zoo.analyze(await createTestImage({ seed: (asked += 1) }), { [head]: {} });
        expect(answer).toMatchObject({ [head]: { ok: true } });
      }
    };
    await Promise.all([ask('test-masks'), ask('test-classes')]);

    expect(onExit.mock.calls).toEqual([[{ code: 0, signal: null, cause: 'recycled' }]]);
    const { state, processes } = zoo.runtime();
    // With a budget, there is a standby only if it is asked for.
    expect([state, processes.length]).toEqual(['ready', 1]);
    expect(processes[0]).toMatchObject({ state: 'up', crashes: 0 });
    expect(processes[0]!.pid).not.toBe(pid);
    expect(processes[0]!.memory).toMatchObject([{ device: 'cpu', budgetBytes: 220 * 2 ** 20 }]);
    expect(events.filter(({ type }) => type === 'exit')).toEqual([{ type: 'exit', cause: 'recycled' }]);
    const closed = events.flatMap((event) => (event.type === 'close' ? [event.model] : []));
    expect(closed).toEqual(expect.arrayContaining(['test-encoder']));
    const failed = events.filter((event) => event.type === 'call' && event.outcome !== 'ok');
    expect(failed).toEqual([]);
  } finally {
    await zoo.close();
  }
});
