import type { HeadDescription } from '@medzoo/core';
import { testClasses, testMasks } from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.js';
import { exampleQueries } from './example-queries.js';
import { renderLandingPage } from './render-landing-page.js';
import { PART_IDS } from './script/part-ids.js';

/** `testMasks` takes points. */
const heads = [testMasks, testClasses];
const outlines: HeadDescription = {
  ...testMasks,
  manifest: { ...testMasks.manifest, id: 'outlines', title: 'Outlines', params: {} },
};

const render = (shown: readonly HeadDescription[], origin = 'http://zoo'): string =>
  renderLandingPage(shown, origin, DEFAULT_SETTINGS);

/** The heads that are offered, and whether they are ticked. */
function offeredIn(html: string): readonly (readonly [string, boolean])[] {
  const boxes = [...html.matchAll(/<input type="checkbox" [^>]*value="([^"]*)"[^>]*>/g)];
  return boxes.map(([box, id]) => [id!, box.endsWith(' checked>')]);
}

describe('the examples', () => {
  it('ask heads that need no prompts', () => {
    const [analyze] = exampleQueries(heads, 'http://zoo');
    expect(JSON.parse(analyze!.variables)).toMatchObject({ heads: [{ id: 'test-classes' }] });
    expect(analyze!.query).toContain('http://zoo/images');
    expect(render(heads)).toContain('{ id: \\&#34;test-classes\\&#34; }');
  });
});

describe('the landing page', () => {
  it('shows what heads say about themselves as text', () => {
    const words = '"><script>alert(1)</script>';
    const manifest = { ...testClasses.manifest, id: words, title: words, modalities: [words] };
    const html = render([{ ...testClasses, manifest }], 'http://"><script>');
    expect(html.match(/<script/g)).toHaveLength(1); // its own
    expect(html).not.toContain('"><script>alert');
    expect(html).toContain('&#60;script&#62;alert(1)');
  });

  it('names every head', () => {
    const html = render(heads);
    for (const { manifest } of heads) expect(html).toContain(manifest.title);
  });

  it('has nothing inline that a policy would have to allow', () => {
    expect(render(heads)).not.toMatch(/ (style|on[a-z]+)=|<script(?![^>]* src=")|javascript:/);
  });
});

describe('the form', () => {
  it('has every part that the script works on, once', () => {
    const html = render(heads);
    for (const id of Object.values(PART_IDS)) expect(html.split(` id="${id}"`), id).toHaveLength(2);
  });

  it('is off, and says why, until the script turns it on', () => {
    expect(render(heads)).toMatch(/needs JavaScript[^]*<fieldset id="analyse-fields" disabled>/);
  });

  it('offers heads that need no prompts, those of segmentation ticked', () => {
    expect(offeredIn(render([testMasks, testClasses, outlines]))).toEqual([
      ['test-classes', false],
      ['outlines', true],
    ]);
    expect(render(heads)).toContain(`Not offered here: “${testMasks.manifest.title}”`);
  });

  it('ticks all where none does segmentation', () => {
    expect(offeredIn(render([testClasses]))).toEqual([['test-classes', true]]);
  });

  it.each([
    ['takes prompts only', [testMasks], 'is asked in GraphQL'],
    ['has no heads', [], 'This gateway has no heads.'],
  ])('is left out with its script where a gateway %s', (_what, shown, words) => {
    const html = render(shown);
    expect(html).not.toMatch(/<form|<script/);
    expect(html).toContain(words);
  });

  it('says how large an image may be: what is stored bounds it too', () => {
    const settings = { maxImageBytes: 10 * 2 ** 20, maxStoredBytes: 3.5 * 2 ** 20, keepIdentity: false };
    const html = renderLandingPage(heads, 'http://zoo', settings);
    expect(html).toContain(`data-max-bytes="${3.5 * 2 ** 20}"`);
    expect(html).toContain('at most 3.5 MB');
  });
});
