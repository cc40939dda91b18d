import { expect, it } from 'vitest';
import { testClasses } from '../../testing/test-heads.js';
import { checkAnalyzeOptions } from './check-analyze-options.js';
import { createZoo } from '../create-zoo.js';

const BAD: readonly (readonly [options: unknown, message: string | RegExp])[] = [
  [{ encodings: 'png' }, 'encodings is a list of polygons, png, probabilities; got "png".'],
  [{ encodings: ['polygon'] }, 'encodings[0] is one of "polygons", "png", "probabilities"; got "polygon".'],
  [{ polygonTolerance: NaN }, 'polygonTolerance is a number of pixels, 0 or more; got NaN.'],
  [{ polygonTolerance: 'x' }, 'got "x".'],
  [{ polygonTolerance: -1 }, 'got -1.'],
  [{ signal: {} }, 'signal is an AbortSignal; got {}.'],
  [{ signal: null }, 'got null.'],
  [{ deadlineMs: -1 }, 'deadlineMs is a number of milliseconds, 0 or more; got -1.'],
  [{ deadlineMs: NaN }, 'got NaN.'],
  [{ outOfDomain: 'warm' }, 'outOfDomain is one of "refuse", "warn"; got "warm".'],
  [{ trace: 5 }, 'trace is a string; got 5.'],
  [{ caller: 7 }, 'caller is a string; got 7.'],
  [{ priority: 'urgent' }, 'priority is one of "interactive", "batch"; got "urgent".'],
  [{ encodings: new Array(65).fill('png') }, 'encodings is a list of polygons, png, probabilities; got ['],
  [{ view: { window: { center: 1 } } }, 'view.window.width is a number above 0, in stored values; got undefined.'],
  [{ prioritty: 'batch' }, /no option prioritty; .* Did you mean "priority"\?$/],
  [null, 'must be an object; got null.'],
];

it.each(BAD)('refuses %o', (options, message) => {
  const check = () => checkAnalyzeOptions(options);
  expect(check).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
  expect(check).toThrow(message);
});

it('takes what there is', () => {
  const { signal } = new AbortController();
  const encodings = ['polygons', 'png', 'probabilities'] as const;
  expect(() => checkAnalyzeOptions({ signal, deadlineMs: Infinity, encodings, polygonTolerance: 0.5 })).not.toThrow();
});

it('is what a zoo asks first, observed or not, as is whether requests are any', async () => {
  for (const more of [{}, { observer: () => undefined }]) {
    const zoo = await createZoo({ heads: [testClasses], ...more });
    const { analyze } = zoo as unknown as { analyze: (...given: readonly unknown[]) => Promise<unknown> };
    const refused = { code: 'INVALID_PARAM' };
    for (const [options] of BAD) {
      await expect(analyze(new Uint8Array(3), { 'test-classes': {} }, options)).rejects.toMatchObject(refused);
    }
    for (const requests of [null, 'test-classes', [], 5]) {
      await expect(analyze(new Uint8Array(3), requests)).rejects.toMatchObject(refused);
    }
    await zoo.close();
  }
});
