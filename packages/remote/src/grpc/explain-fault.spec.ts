import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { explainFault } from './explain-fault.js';

const where = 'The inference server at grpc://there';

/** A status that a server answered, with its headers. */
function answered(code: status, details: string): ServiceError {
  const metadata = new Metadata();
  metadata.set('content-type', 'application/grpc');
  return Object.assign(new Error(details), { code, details, metadata });
}

const explain = (error: ServiceError, isOver: boolean) =>
  explainFault(where, error, { timeoutMs: 500, isOver, quote: (words) => words });

describe('a deadline that the server was told, and says first that it passed', () => {
  it.each(['Deadline exceeded', 'context deadline exceeded'])('reads as one that passes here: %s', (words) => {
    expect(explain(answered(status.DEADLINE_EXCEEDED, words), true)).toMatchObject({
      kind: 'late',
      message: `${where} gave no answer within 500 ms.`,
    });
  });

  it("is the server's own while there is time, and so is another status after it", () => {
    const own = explain(answered(status.DEADLINE_EXCEEDED, 'the queue took too long'), false);
    expect(own).toMatchObject({ kind: 'late', message: `${where} answered the queue took too long` });
    const other = explain(answered(status.INTERNAL, 'no memory'), true);
    expect(other).toMatchObject({ kind: 'refused', message: `${where} answered no memory` });
  });
});
