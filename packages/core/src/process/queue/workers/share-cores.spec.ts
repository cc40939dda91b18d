import { expect, it } from 'vitest';
import { createCall, createFakeWorker, staying, turn } from '../../../../test/fake-worker.js';
import { createCallQueue } from '../call-queue.js';

it('tells a worker whether it is the only one that has calls, when that changes', async () => {
  const queue = createCallQueue({
    ...{ maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 },
    identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
  });
  const workers = [createFakeWorker(), createFakeWorker()] as const;
  for (const worker of workers) queue.addWorker().attach(worker);
  const told = () =>
    workers.map(({ sent }) =>
      sent.flatMap((message) => ('isAlone' in message ? [`${message.type} ${message.isAlone}`] : [])),
    );

  const first = queue.submit(createCall(1), staying());
  await turn();
  const second = queue.submit(createCall(2), staying());
  await turn();
  expect(told()).toEqual([['analyze true', 'cores false'], ['analyze false']]);

  workers[0].tell({ type: 'answer', call: 1, outcomes: {} });
  await first;
  expect(told()).toEqual([
    ['analyze true', 'cores false'],
    ['analyze false', 'cores true'],
  ]);
  workers[1].tell({ type: 'answer', call: 2, outcomes: {} });
  await second;
  const third = queue.submit(createCall(1), staying());
  await turn();
  workers[0].tell({ type: 'answer', call: 3, outcomes: {} });
  await third;
  expect(told()[0]).toEqual(['analyze true', 'cores false', 'analyze true']);
});
