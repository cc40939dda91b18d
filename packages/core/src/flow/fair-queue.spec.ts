import { describe, expect, it } from 'vitest';
import type { Priority } from '../contract/index.js';
import { createFairQueue, type FairQueue } from './fair-queue.js';

/** A queue of words such as `interactive anna 1`: rank and number. */
function queueOf(...items: string[]): FairQueue<string> {
  const queue = createFairQueue<string>();
  for (const item of items) queue.add(item, rankOf(item));
  return queue;
}

function rankOf(item: string) {
  const [priority, caller] = item.split(' ');
  return { priority: priority as Priority, caller: caller! };
}

function takeAll(queue: FairQueue<string>): string[] {
  const item = queue.take();
  return item === undefined ? [] : [item, ...takeAll(queue)];
}

describe('a fair queue', () => {
  it('takes interactive before batch, callers in turn, and the work of one caller in its order', () => {
    const flood = ['interactive a 1', 'interactive a 2', 'interactive a 3'];
    const queue = queueOf('batch c 1', ...flood, 'interactive b 1', 'interactive b 2');
    expect(queue.size).toBe(6);
    expect(takeAll(queue)).toEqual([
      'interactive a 1',
      'interactive b 1',
      'interactive a 2',
      'interactive b 2',
      'interactive a 3',
      'batch c 1',
    ]);
    expect(queue.size).toBe(0);
  });

  it('does not let a caller jump the queue by coming again', () => {
    const queue = queueOf('batch a 1', 'batch b 1', 'batch c 1');
    expect(queue.take()).toBe('batch a 1');
    queue.add('batch a 2', rankOf('batch a'));
    expect(takeAll(queue)).toEqual(['batch b 1', 'batch c 1', 'batch a 2']);
  });

  it('takes the first one that suits, and loses nobody', () => {
    const queue = queueOf('interactive a 1', 'interactive b 1', 'batch c 1');
    expect(queue.take((item) => item.endsWith('c 1'))).toBe('batch c 1');
    expect(queue.take(() => false)).toBeUndefined();
    expect(takeAll(queue)).toEqual(['interactive a 1', 'interactive b 1']);
  });

  it('lets others go along with one, callers in turn, and nobody twice while another waits for something else', () => {
    const suits = (item: string) => item.endsWith('x');
    const rank = rankOf('interactive a');
    const flood = queueOf(
      'interactive a 0',
      'interactive a 1x',
      'interactive a 2x',
      'interactive b 1x',
      'interactive b 2x',
      'batch c 1x',
    );
    flood.take();
    expect(flood.takeBatch(rank, suits, 3)).toEqual(['interactive b 1x', 'interactive a 1x', 'interactive b 2x']);
    expect(takeAll(flood)).toEqual(['interactive a 2x', 'batch c 1x']);
    const mixed = queueOf('interactive a 1x', 'interactive b 1x', 'interactive b 2x', 'interactive d 1');
    expect(mixed.takeBatch(rank, suits, 9)).toEqual(['interactive b 1x']);
    expect(takeAll(mixed)).toEqual(['interactive a 1x', 'interactive d 1', 'interactive b 2x']);
    const own = queueOf('interactive a 1', 'interactive a 2x');
    expect(own.takeBatch(rank, suits, 9)).toEqual(['interactive a 2x']);
  });

  it('lets one leave without changing the turns of the others', () => {
    const queue = queueOf('interactive a 1', 'interactive a 2', 'interactive b 1');
    expect(queue.remove('interactive a 1')).toBe(true);
    expect(queue.remove('interactive x 1')).toBe(false);
    expect(takeAll(queue)).toEqual(['interactive a 2', 'interactive b 1']);
  });

  it.each([
    ['batch gives way to interactive', 'interactive a', ['batch b 1', 'batch c 1', 'batch c 2'], 'batch c 2'],
    ['batch does not', 'batch a', ['interactive b 1', 'interactive b 2', 'interactive b 3'], undefined],
    ['the caller who has most gives way', 'batch a', ['batch a 1', 'batch b 1', 'batch b 2', 'batch b 3'], 'batch b 3'],
    ['unless the newcomer would have as many', 'batch a', ['batch a 1', 'batch b 1', 'batch b 2'], undefined],
    ['never for one of the same caller', 'interactive a', ['interactive a 1', 'interactive a 2'], undefined],
  ])('when it is full: %s', (_, newcomer, waiting, expected) => {
    expect(queueOf(...waiting).findWeaker(rankOf(newcomer))).toBe(expected);
  });
});
