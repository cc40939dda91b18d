import type { Head } from '@medzoo/core/contract';
import { expect, it } from 'vitest';
import { digestsOf } from './digests-of.js';

it('known failures are of every file that may have answered, those of variants too', () => {
  const model = (sha256: string, ...variants: string[]) => ({
    model: { sha256 },
    ...(variants.length > 0 && { variants: variants.map((one) => ({ sha256: one })) }),
  });
  const of = (trained: object, encoder: object) => digestsOf({ trained, encoder: { trained: encoder } } as Head);
  expect(of(model('head', 'int8'), model('encoder', 'fp16', 'int4'))).toEqual({
    ...{ head: 'head', encoder: 'encoder', variants: ['int8', 'fp16', 'int4'] },
  });
  expect(of(model('head'), model('encoder'))).toEqual({ head: 'head', encoder: 'encoder', variants: [] });
});
