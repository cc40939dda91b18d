// A zoo for tests of the child process. `npm test` builds what it imports.
import { defineConfig, ZooError } from '@medzoo/core';
import { testClasses, testMasks, testNan, testSlow } from '@medzoo/core/testing';

/** Ends the process it runs in, in the way that is asked for; a head may do no such thing. */
const testCrash = {
  ...testClasses,
  manifest: {
    ...testClasses.manifest,
    id: 'test-crash',
    params: {
      how: {
        type: 'choice',
        default: 'not',
        options: ['not', 'exit', 'SIGKILL', 'SIGSEGV', 'uncloneable'],
        description: 'How to end, or to fail with what cannot cross to another process.',
      },
    },
  },
  decode(input) {
    const { how } = input.params;
    if (how === 'exit') process.exit(3);
    if (how === 'uncloneable') throw new ZooError('HEAD_FAILED', 'no', { details: { why: () => 1 } });
    if (how !== 'not') process.kill(process.pid, how);
    return testClasses.decode(input);
  },
};

export default defineConfig({ heads: [testMasks, testClasses, testSlow, testNan, testCrash], threads: 1 });
