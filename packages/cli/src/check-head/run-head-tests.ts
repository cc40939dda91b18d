import { pathToFileURL } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { testHead } from '@medzoo/core/testing';
import { describeError } from '../describe-error.js';
import { error, ok, type Finding } from './finding.type.js';

/** What `testHead` says of a head, test by test. */
export async function runHeadTests(head: Head, goldenFile: string | undefined): Promise<Finding[]> {
  const tests: (readonly [name: string, run: () => Promise<void>])[] = [];
  const findings: Finding[] = [];
  testHead(head, {
    it: (name, run) => tests.push([name, run]),
    ...(goldenFile !== undefined && { golden: pathToFileURL(goldenFile) }),
  });
  for (const [name, run] of tests) {
    try {
      await run();
    } catch (fault) {
      findings.push(
        error(
          'behaviour',
          `It fails in "${name}": ${shorten(describeError(fault))}`,
          'Correct `feeds` or `decode` of the head, or export it again; npm test shows the whole message.',
        ),
      );
    }
  }
  return findings.length > 0 ? findings : [ok('behaviour', `${tests.length} tests of testHead pass`)];
}

const LONGEST = 400;

/** A difference of two answers is printed number by number. */
function shorten(message: string): string {
  return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
}
