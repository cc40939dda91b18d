import { describe, expect, it, vi } from 'vitest';
import { float32Tensor, ZooError, type Tensors } from '../../contract/index.js';
import { createSession, type Runner } from './create-session.js';

const spec = {
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n'] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['n'] }],
} as const;
const feeds: Tensors = { x: float32Tensor([2], Float32Array.of(1, 2)) };
const outputs: Tensors = { y: float32Tensor([2], Float32Array.of(2, 4)) };

function open(runner: Partial<Runner> = {}) {
  return createSession(spec, {
    provider: 'test',
    run: () => Promise.resolve(outputs),
    release: () => Promise.resolve(),
    ...runner,
  });
}

describe('createSession', () => {
  it('runs one at a time, in the order asked', async () => {
    const log: string[] = [];
    const session = open({
      async run() {
        log.push('begin');
        await new Promise(setImmediate);
        log.push('end');
        return outputs;
      },
    });
    await Promise.all([session.run(feeds), session.run(feeds)]);
    expect(log).toEqual(['begin', 'end', 'begin', 'end']);
  });

  it('does not run for an asker who left while waiting, and goes on for the next', async () => {
    const run = vi.fn(() => Promise.resolve(outputs));
    const session = open({ run });
    const reason = new Error('left');
    const controller = new AbortController();
    const first = session.run(feeds);
    const second = session.run(feeds, controller.signal);
    const third = session.run(feeds);
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(await Promise.all([first, third])).toEqual([outputs, outputs]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('gives a fault of the runtime a code and keeps its cause', async () => {
    const cause = new Error('out of memory');
    const failing = open({ run: () => Promise.reject(cause) });
    await expect(failing.run(feeds)).rejects.toMatchObject({ code: 'INFERENCE_FAILED', cause });
    const known = new ZooError('MODEL_MISMATCH', 'known');
    await expect(open({ run: () => Promise.reject(known) }).run(feeds)).rejects.toBe(known);
  });

  it('refuses feeds and outputs that were not declared, and goes on', async () => {
    const run = vi.fn<Runner['run']>().mockResolvedValueOnce({}).mockResolvedValue(outputs);
    const session = open({ run });
    await expect(session.run({})).rejects.toMatchObject({ code: 'MODEL_MISMATCH', details: { role: 'input' } });
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'MODEL_MISMATCH', details: { role: 'output' } });
    expect(await session.run(feeds)).toEqual(outputs);
  });

  it('waits for the run before it closes, closes once, and then refuses', async () => {
    const release = vi.fn(() => Promise.resolve());
    const session = open({ release });
    const running = session.run(feeds);
    const closing = Promise.all([session.close(), session.close()]);
    expect(release).not.toHaveBeenCalled();
    expect(await running).toEqual(outputs);
    await closing;
    expect(release).toHaveBeenCalledTimes(1);
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });
});
