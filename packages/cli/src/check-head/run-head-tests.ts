import { pathToFileURL } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { testHead } from '@medzoo/core/testing';
import { describeError } from '../describe-error.js';
import { error, ok, type Finding } from './finding.type.js';
import { countOf } from '../terminal/format.js';

/**
 * What `testHead` says of a head; tests that fail for the same reason are one finding. `fix` is what mends a failure.
 */
export async function runHeadTests(head: Head, goldenFile: string | undefined, fix: string): Promise<Finding[]> {
  const tests: (readonly [name: string, run: () => Promise<void>])[] = [];
  testHead(head, {
    it: (name, run) => tests.push([name, run]),
    ...(goldenFile !== undefined && { golden: pathToFileURL(goldenFile) }),
  });
  const failed = new Map<string, string[]>();
  for (const [name, run] of tests) {
    try {
      await run();
    } catch (fault) {
      const reason = shorten(describeError(fault));
      failed.set(reason, [...(failed.get(reason) ?? []), `"${name}"`]);
    }
  }
  if (failed.size === 0) return [ok('behaviour', `${countOf(tests.length, 'test')} of testHead passed`)];
  return [...failed].map(([reason, names]) => error('behaviour', `It fails in ${names.join(', ')}: ${reason}`, fix));
}

const LONGEST = 400;

/** A difference of two answers is printed number by number. */
function shorten(message: string): string {
  return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
}
