import type { HeadDescription, ParamSpecs } from '@medzoo/core';
import { testEncoder, testMasks } from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { requestHeads } from './request-heads.js';

const description = 'For a test.';
const head = (id: string, params: ParamSpecs): HeadDescription => ({
  manifest: { id, title: id, task: 'segmentation', params, intendedUse: '', modalities: [] },
  encoder: testEncoder,
  trained: testMasks.trained,
});
const heads = [
  head('lungs', { threshold: { type: 'number', default: 0.5, description } }),
  head('prompted', { clicks: { type: 'points', description }, frame: { type: 'box', description } }),
];
const nothing = { box: undefined, points: [] };

describe('requestHeads', () => {
  it('asks the heads that need no prompt', () => {
    expect(requestHeads(heads, undefined, nothing)).toEqual({ lungs: {} });
  });

  it('gives a prompt to the heads that take one, whatever their params are called', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const asked = requestHeads(heads, undefined, { box, points: [{ x: 5, y: 6 }] });
    expect(asked).toEqual({ lungs: {}, prompted: { clicks: [{ x: 5, y: 6, positive: true }], frame: box } });
  });

  it('asks only the heads that are named', () => {
    expect(requestHeads(heads, ['prompted'], { box: undefined, points: [{ x: 5, y: 6 }] })).toEqual({
      prompted: { clicks: [{ x: 5, y: 6, positive: true }] },
    });
  });

  it('refuses a prompt that no head would take', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    expect(() => requestHeads(heads, ['lungs'], { box, points: [] })).toThrow(
      'None of the heads that would run takes --box. Name one that does with --heads: prompted.',
    );
    const boxed = head('boxed', { frame: { type: 'box', description } });
    expect(() => requestHeads([boxed], undefined, { box, points: [{ x: 5, y: 6 }] })).toThrow(
      'None of the heads that would run takes --point. No head of the config does.',
    );
  });

  it('says what a head is called and what it needs', () => {
    expect(() => requestHeads(heads, ['lung'], nothing)).toThrow(
      'There is no head "lung". There are lungs, prompted. Did you mean "lungs"?',
    );
    expect(() => requestHeads(heads, ['prompted'], nothing)).toThrow('needs a prompt');
    expect(() => requestHeads(heads.slice(1), undefined, nothing)).toThrow('Give --box or --point.');
  });
});
