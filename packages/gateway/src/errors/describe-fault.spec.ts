import { ZooError } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../images/store-fault.js';
import { describeFault, isServerFault } from './describe-fault.js';

describe('describeFault', () => {
  it("tells a caller's fault in full", () => {
    const error = new ZooError('INVALID_PARAM', 'Must be 1.', { details: { param: 'x' } });
    const expected = {
      code: 'INVALID_PARAM',
      message: 'Must be 1.',
      details: { param: 'x' },
      status: 400,
      retryable: false,
    };
    expect(describeFault(error, 'r1')).toEqual(expected);
    expect(isServerFault(error)).toBe(false);
  });

  it.each(['HEAD_FAILED', 'WEIGHTS_CORRUPT', 'INFERENCE_FAILED', 'MODEL_MISMATCH'] as const)(
    'masks %s but for its code',
    (code) => {
      const fault = describeFault(new ZooError(code, 'secret', { details: { secret: 1 } }), 'r1');
      expect(fault).toMatchObject({ code, status: 500, requestId: 'r1' });
      expect(JSON.stringify(fault)).not.toContain('secret');
    },
  );

  it('says when to come back', () => {
    expect(describeFault(new ZooError('BUSY', 'As many as may.'))).toMatchObject({
      message: 'As many as may.',
      status: 503,
      retryAfterSeconds: 1,
    });
    const measured = new ZooError('BUSY', 'As many as may.', { details: { retryAfterMs: 2300 } });
    expect(describeFault(measured)).toMatchObject({ retryAfterSeconds: 3, details: { retryAfterMs: 2300 } });
    const held = new ZooError('IMAGE_QUARANTINED', 'It did harm.', { details: { retryAfterMs: 60_000 } });
    expect(describeFault(held)).toMatchObject({ message: 'It did harm.', status: 422, retryAfterSeconds: 60 });
    expect(describeFault(new ZooError('BACKEND_UNAVAILABLE', 'secret'))).toMatchObject({
      status: 503,
      retryAfterSeconds: 1,
    });
    expect(describeFault(new ZooError('DEADLINE_EXCEEDED', 'Late.'))).toMatchObject({ message: 'Late.', status: 504 });
  });

  it('tells that nothing can be stored, and when to come back', () => {
    const error = new StoreUnavailable('the disk is full', new Error('secret'));
    expect(describeFault(error, 'r1')).toEqual({
      ...{ code: 'STORE_UNAVAILABLE', retryable: true, status: 503, retryAfterSeconds: 10 },
      message: expect.stringContaining('the disk is full') as string,
    });
    expect(isServerFault(error)).toBe(true);
  });

  it.each([[new Error('secret')], ['secret'], [undefined], [null], [{ status: 418, message: 'secret' }]])(
    'knows nothing of %s',
    (thrown) => {
      expect(describeFault(thrown, 'r1')).toEqual({
        code: 'INTERNAL_SERVER_ERROR',
        message: 'Something failed on the server. Quote request r1 when you report it.',
        retryable: false,
        status: 500,
        requestId: 'r1',
      });
      expect(isServerFault(thrown)).toBe(true);
    },
  );

  it.each([
    [{ type: 'entity.too.large', limit: 9 }, 'The body may have at most 9 bytes. Ask for less at once.'],
    [{ type: 'entity.parse.failed' }, /^The body must be JSON such as .*; it cannot be read: parser's words\.$/],
    [{ type: 'encoding.unsupported' }, /^The body has an parser's words\. .* compressed by gzip, deflate or br\.$/],
    [{ type: 'charset.unsupported' }, "The body has an parser's words. Send JSON in UTF-8."],
    [{ code: 'Z_BUF_ERROR' }, /^The body cannot be decompressed: parser's words\. .* Content-Encoding/],
    [{ type: 'request.size.invalid' }, "parser's words"],
  ])('says in a sentence what a body parser refused: %j', (facts, message) => {
    const refused = Object.assign(new Error("parser's words"), { status: 400, ...facts });
    expect(describeFault(refused).message).toMatch(message);
  });

  it('keeps what HTTP refused, and hears nothing of those who hung up', () => {
    const refused = Object.assign(new Error('A field is missing.'), { status: 413 });
    expect(describeFault(refused)).toMatchObject({ code: 'BAD_REQUEST', status: 413, message: refused.message });
    expect(isServerFault(refused)).toBe(false);
    expect(isServerFault(new DOMException('gone', 'AbortError'))).toBe(false);
    expect(isServerFault(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))).toBe(false);
    expect(isServerFault(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe(true);
  });
});
