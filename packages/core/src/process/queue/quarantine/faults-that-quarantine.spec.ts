import { describe, expect, it } from 'vitest';
import type { KillCause } from '../../channel/fork-worker.js';
import { describeFaults, findExitFault, MOST_INTERRUPTIONS } from './faults-that-quarantine.js';

describe('the fault of a call whose worker has ended', () => {
  it('is how the worker ended, unless that had nothing to do with its calls', () => {
    const faultOf = (cause: KillCause) => findExitFault({ cause }, MOST_INTERRUPTIONS);
    expect(findExitFault({}, 0)).toBe('crashed');
    expect((['stalled', 'frozen'] as const).map(faultOf)).toEqual(['stalled', 'frozen']);
    expect((['cancelled', 'closed', 'recycled'] as const).map(faultOf)).toEqual([undefined, undefined, undefined]);
  });

  it('is none where the worker froze, until the call has frozen one worker after another', () => {
    const faults = [0, 1, 2, 3].map((interruptions) => findExitFault({ cause: 'frozen' }, interruptions));
    expect(faults).toEqual([undefined, undefined, undefined, 'frozen']);
    expect(findExitFault({ cause: 'stalled' }, 0)).toBe('stalled');
  });
});

it('the words for what an image did name each kind of harm once', () => {
  expect(describeFaults()).toBe("ended the zoo's process, or held it beyond its deadline");
});
