import { expect, it, vi } from 'vitest';
import { createCall, createFakeWorker, staying, turn } from '../../../../test/fake-worker.js';
import { createCallQueue } from '../call-queue.js';
import type { Call } from './pending-call.js';

const LARGE = 600 * 1024;
const frameOf = (sha256: string, frame?: number, bytes = LARGE): Call => ({
  ...createCall(bytes),
  sha256,
  options: { ...(frame !== undefined && { view: { frame } }) },
});

function start() {
  const queue = createCallQueue({ maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 });
  const calls = queue.addWorker();
  const worker = createFakeWorker();
  calls.attach(worker);
  const submit = async (call: Call): Promise<void> => {
    const answer = queue.submit(call, staying());
    await turn();
    await turn();
    worker.answer(worker.calls().at(-1)!);
    await answer;
  };
  /** How the file of each call came, and how many bytes all messages of the call carried. */
  const files = (sent = worker.sent) => {
    const bytes = new Map<number, number>();
    return sent.flatMap((message) => {
      if (!('bytes' in message)) return [];
      bytes.set(message.call, (bytes.get(message.call) ?? 0) + message.bytes.length);
      return message.type === 'analyze' ? [`${message.file} ${bytes.get(message.call)}`] : [];
    });
  };
  return { queue, calls, worker, submit, files };
}

it('a large file is sent for the first of its frames only', async () => {
  const { submit, files } = start();
  for (const frame of [0, 1, 2]) await submit(frameOf('a', frame));
  await submit(frameOf('a')); // its default picture is in the same file
  expect(files()).toEqual([`hold ${LARGE}`, 'held 0', 'held 0', 'held 0']);
});

it('another file takes its place; a small one, and one whose frames nobody asks for, do not', async () => {
  const { submit, files } = start();
  await submit(frameOf('a', 0));
  await submit(frameOf('small', 0, 10));
  await submit(frameOf('b'));
  await submit(frameOf('a', 1));
  await submit(frameOf('b', 0));
  await submit(frameOf('a', 2));
  const whole = (how: string) => `${how} ${LARGE}`;
  expect(files()).toEqual([whole('hold'), 'sent 10', whole('sent'), 'held 0', whole('hold'), whole('hold')]);
});

it('the next process of a worker has no file yet', async () => {
  const { queue, calls, submit, files } = start();
  await submit(frameOf('a', 0));
  calls.detach({ code: null, signal: 'SIGSEGV' });
  const next = createFakeWorker();
  calls.attach(next);
  const answer = queue.submit(frameOf('a', 1), staying());
  await vi.waitFor(() => expect(files(next.sent)).toEqual([`hold ${LARGE}`]));
  next.answer(next.calls()[0]!);
  expect(await answer).toEqual({});
});

it('a worker without calls is told to let its file go', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { worker, submit, files } = start();
    const released = () => worker.sent.filter(({ type }) => type === 'release').length;
    await submit(frameOf('a', 0));
    vi.advanceTimersByTime(4000);
    await submit(frameOf('a', 1));
    vi.advanceTimersByTime(4000);
    expect(released()).toBe(0);
    vi.advanceTimersByTime(1001);
    expect(released()).toBe(1);
    await submit(frameOf('a', 2));
    expect(files().at(-1)).toBe(`hold ${LARGE}`);
  } finally {
    vi.useRealTimers();
  }
});
