import { serialize } from 'node:v8';
import { ZooError, type ZooErrorData } from '../../contract/index.js';
import type { CallEnd, OutcomeData } from '../channel/messages.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/**
 * The end of a call, of which a part cannot be serialised, with HEAD_FAILED for the heads whose outcomes cannot: a
 * head's own code may put a function into an answer, or into the details of an error. The outcomes of other heads stay.
 */
export function replaceUnsendable(end: CallEnd): CallEnd {
  const { call } = end;
  if (end.type === 'fault') return { type: 'fault', call, error: keepWords(end.error) };
  const entries = Object.entries(end.outcomes).map(([head, outcome]) => [head, replaceOutcome(head, outcome)]);
  return { type: 'answer', call, outcomes: Object.fromEntries(entries) as Record<string, OutcomeData> };
}

function replaceOutcome(head: string, outcome: OutcomeData): OutcomeData {
  try {
    serialize(outcome);
    return outcome;
  } catch (error) {
    const why = describeThrown(error);
    const what = outcome.ok ? 'an answer' : `the error ${outcome.error.code}`;
    const message =
      `The head "${head}" gave ${what} that cannot cross to another process: ${why} ` +
      'Answers and the details of errors are plain data: numbers, strings, lists, objects and typed arrays.';
    return { ok: false, error: new ZooError('HEAD_FAILED', message, { details: { head } }).toJSON() };
  }
}

/** The code and the words of an error whose details cannot be serialised. */
export function keepWords({ code, message }: ZooErrorData): ZooErrorData {
  return new ZooError(code, message).toJSON();
}
