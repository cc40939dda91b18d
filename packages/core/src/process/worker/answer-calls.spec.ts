import { serialize } from 'node:v8';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ZooError, type Zoo } from '../../contract/index.js';
import { answerCalls } from './answer-calls.js';
import type { WorkerReport } from '../channel/messages.js';

const process0 = { state: 'up', pid: 1, threads: 1, rssBytes: 1, crashes: 0, models: [], memory: [] } as const;
const sent: WorkerReport[] = [];
/** As the channel of a process does. */
const send = (told: WorkerReport) =>
  new Promise<void>((resolve) => {
    serialize(told);
    sent.push(told);
    resolve();
  });
const plain = { ok: true, value: { task: 'classification', scores: [] } };
const runtime = vi.fn(() => ({ processes: [process0] }));

function serve(analyze: () => Promise<unknown>) {
  const receive = answerCalls({ analyze, runtime } as unknown as Zoo, send);
  return (call: number) =>
    receive({
      ...{ type: 'analyze', call, bytes: new Uint8Array(1), sha256: 'a'.repeat(64), file: 'sent' },
      ...{ requests: {}, options: { deadlineMs: 100 }, isAlone: false },
    });
}

const endOf = (call: number) =>
  vi.waitFor(() => {
    const end = sent.find((told) => (told.type === 'answer' || told.type === 'fault') && told.call === call);
    if (!end) throw new Error('It has not ended.');
    return end;
  });

afterEach(() => {
  sent.length = 0;
  runtime.mockReset().mockReturnValue({ processes: [process0] });
});

describe('an answer that cannot be serialised', () => {
  it('is the fault of the head that gave it; the other heads answer', async () => {
    const bad = { ok: true, value: { draw: () => 1 } };
    const worse = { ok: false, error: new ZooError('HEAD_FAILED', 'no', { details: { why: (() => 1) as never } }) };
    serve(() => Promise.resolve({ good: plain, bad, worse }))(1);
    expect(await endOf(1)).toMatchObject({
      type: 'answer',
      outcomes: {
        good: plain,
        bad: {
          ok: false,
          error: { code: 'HEAD_FAILED', message: expect.stringContaining('"bad" gave an answer') as string },
        },
        worse: {
          ok: false,
          error: { code: 'HEAD_FAILED', message: expect.stringContaining('the error HEAD_FAILED') as string },
        },
      },
    });
  });

  it('is an error whose words are kept where the whole call failed', async () => {
    serve(() => Promise.reject(new ZooError('INVALID_IMAGE', 'no image', { details: { f: (() => 1) as never } })))(2);
    expect(await endOf(2)).toMatchObject({ type: 'fault', error: { code: 'INVALID_IMAGE', message: 'no image' } });
  });
});

it('a zoo that cannot say how it is still answers', async () => {
  runtime.mockImplementation(() => {
    throw new Error('mine');
  });
  serve(() => Promise.resolve({ good: plain }))(3);
  expect(await endOf(3)).toEqual({ type: 'answer', call: 3, outcomes: { good: plain } });
});
