import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReadyWorker } from '../../channel/spawn-worker.js';
import { nextCallState, type CallEvent, type CallState } from './call-life.js';
import { nextWorkerLife, type WorkerEvent, type WorkerLife } from '../workers/worker-life.js';

const page = readFileSync(new URL('../../../../../../docs/architecture.md', import.meta.url), 'utf8');

/** The arrows of a state diagram, such as `sent --> waiting: interrupt`, without the notes in brackets. */
function drawnArrows(first: string): string[] {
  const diagrams = [...page.matchAll(/```mermaid\nstateDiagram-v2\n([^`]*)```/g)].map(([, text]) => text!);
  const diagram = diagrams.find((text) => text.includes(`[*] --> ${first}\n`));
  const arrows = diagram?.match(/\w+ --> \w+: \w+/g) ?? [];
  return [...new Set(arrows)].toSorted();
}

/** Every arrow that changes the state, as the code has it. */
function codedArrows<S extends { readonly name: string }, E extends { readonly type: string }>(
  states: readonly S[],
  events: readonly E[],
  next: (state: S, event: E) => S,
): string[] {
  const arrows = new Set<string>();
  for (const state of states) {
    for (const event of events) {
      const to = nameOf(() => next(state, event));
      if (to !== undefined && to !== state.name) arrows.add(`${state.name} --> ${to}: ${event.type}`);
    }
  }
  return [...arrows].toSorted();
}

/** Undefined for an event that the state does not allow. */
function nameOf(next: () => { readonly name: string }): string | undefined {
  try {
    return next().name;
  } catch {
    return undefined;
  }
}

describe('the state diagrams in docs/architecture.md are those of the code', () => {
  it('for a call', () => {
    const states = [0, 1].flatMap((crashes): CallState[] => {
      const history = { crashes, interruptions: 0 };
      return [
        { ...history, name: 'waiting' },
        { ...history, name: 'suspect' },
        { ...history, name: 'sent', isWhole: true },
        { ...history, name: 'abandoned', isWhole: true, since: 0, isLate: true, isHung: false },
        { ...history, name: 'ended' },
      ];
    });
    const events: CallEvent[] = [
      { type: 'take' },
      { type: 'complete' },
      { type: 'abandon', at: 0, isLate: false },
      { type: 'hang' },
      { type: 'isolate' },
      { type: 'interrupt', exit: { cause: 'cancelled' } },
      { type: 'interrupt', exit: {} },
      { type: 'end' },
    ];
    const coded = codedArrows(states, events, nextCallState);
    expect(coded.length).toBeGreaterThan(8);
    expect(drawnArrows('waiting')).toEqual(coded);
  });

  it('for a worker', () => {
    const worker = {} as ReadyWorker;
    const onDrained = (): void => undefined;
    const states: WorkerLife[] = [
      { name: 'starting' },
      { name: 'standby', worker },
      { name: 'up', worker },
      { name: 'draining', worker, onDrained },
      { name: 'doomed', worker, cause: 'stalled' },
      { name: 'gone' },
    ];
    const events: WorkerEvent[] = [
      { type: 'ready', worker },
      { type: 'keep', worker },
      { type: 'take' },
      { type: 'drain', onDrained },
      { type: 'kill', cause: 'stalled' },
      { type: 'exit' },
    ];
    const coded = codedArrows(states, events, nextWorkerLife);
    expect(coded.length).toBeGreaterThan(10);
    expect(drawnArrows('starting')).toEqual(coded);
  });
});
