import type { HeadDescription, ImageView } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { organs } from '../../test/fake-zoo.js';
import { openFilesOf, pictureKey } from './picture-key.js';

const imageId = 'a'.repeat(64);
const keyOf = (head: HeadDescription, params = {}, id = imageId) => pictureKey({ imageId: id, head, params });
const { trained, encoder, manifest } = organs;

describe('the key of an answer’s pictures', () => {
  it('is the same for the same answer', () => {
    expect(keyOf(organs)).toBe(keyOf({ ...organs }));
    expect(keyOf(organs, { threshold: 0.5 })).toBe(keyOf(organs)); // its default
  });

  it.each<[string, HeadDescription]>([
    ['weights', { ...organs, trained: { ...trained, model: { ...trained.model, sha256: 'f'.repeat(64) } } }],
    ['version', { ...organs, trained: { ...trained, version: '1.2.4' } }],
    ['thresholds', { ...organs, trained: { ...trained, thresholds: { left: 0.4 } } }],
    ['presence thresholds', { ...organs, trained: { ...trained, presenceThresholds: { left: 0.4 } } }],
    ['calibration', { ...organs, trained: { ...trained, calibration: { temperature: 2 } } }],
    ['labels', { ...organs, trained: { ...trained, labels: ['right', 'left'] } }],
    ['manifest', { ...organs, manifest: { ...manifest, title: 'Other' } }],
    [
      'preprocessing',
      {
        ...organs,
        encoder: {
          ...encoder,
          trained: { ...encoder.trained, preprocess: { ...encoder.trained.preprocess, mean: [1, 1, 1] } },
        },
      },
    ],
  ])('is another one with other %s', (_what, head) => {
    expect(keyOf(head)).not.toBe(keyOf(organs));
  });

  it('is another one for another image, and other params', () => {
    expect(keyOf(organs, {}, 'b'.repeat(64))).not.toBe(keyOf(organs));
    expect(keyOf(organs, { threshold: 0.4 })).not.toBe(keyOf(organs));
    expect(pictureKey({ imageId, head: organs, params: {}, outOfDomain: 'warn' })).not.toBe(keyOf(organs));
  });

  it.each(['encoder', 'head'] as const)('is another one when another file of the %s runs', (role) => {
    const id = role === 'encoder' ? encoder.id : manifest.id;
    const model = { id, provider: 'cpu', maxBatch: 1, declaredBytes: 1, measuredBytes: null, skipped: [] };
    const worker = { state: 'up', pid: 1, threads: 1, rssBytes: 1, crashes: 0, memory: [] } as const;
    const queue = { pending: 0, waiting: 0, limit: null, retryAfterMs: 0, quarantined: 0 };
    const filesOf = (head: HeadDescription, ...digests: string[]) =>
      openFilesOf(head, {
        ...{ state: 'ready', queue },
        processes: digests.map((sha256) => ({ ...worker, models: [{ ...model, sha256, precision: 'reference' }] })),
      });
    expect(filesOf(organs, 'a', 'b')).toEqual([]);
    const variant = { precision: 'int8-static', providers: ['cpu'], url: 'file:///x', sha256: 'b', bytes: 1, gate: [] };
    const several = (
      role === 'encoder'
        ? { ...organs, encoder: { ...encoder, trained: { ...encoder.trained, variants: [variant] } } }
        : { ...organs, trained: { ...trained, variants: [variant] } }
    ) as HeadDescription;
    expect(filesOf(several, 'b', 'a', 'b')).toEqual(['a', 'b']);
    const withFiles = (...digests: string[]) =>
      pictureKey({ imageId, head: several, params: {}, openFiles: filesOf(several, ...digests) });
    expect(filesOf(several)).toBeUndefined(); // which file will run nobody knows
    expect(new Set([withFiles(), withFiles('a'), withFiles('b'), withFiles('a', 'b')]).size).toBe(4);
    expect(withFiles('a', 'b')).toBe(withFiles('b', 'a'));
  });

  it('is another one for another frame, window, and way of cutting', () => {
    const viewed = (view: ImageView) => pictureKey({ imageId, head: organs, params: {}, view });
    const keys = [keyOf(organs), viewed({ frame: 1 }), viewed({ window: { center: 9, width: 4 } })];
    keys.push(viewed({ slices: 'sagittal' }), viewed({ frame: 1, slices: 'coronal' }));
    expect(new Set(keys).size).toBe(keys.length);
    expect(viewed({})).toBe(keys[0]);
  });
});
