import type { HeadDescription } from '@medzoo/core';
import { testClasses, testMasks } from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.js';
import { exampleQueries } from './example-queries.js';
import { renderLandingPage } from './render-landing-page.js';
import { PART_IDS, PROMPTED_HEADS } from './script/part-ids.js';

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

/** What the script is told of the heads that are asked by pointing. */
function promptedIn(html: string): unknown {
  const [, told] = new RegExp(`${PROMPTED_HEADS}="([^"]*)"`).exec(html)!;
  return JSON.parse(told!.replaceAll('&#34;', '"'));
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
  });

  it('says which heads are asked by pointing, and tells the script of their params', () => {
    const html = render(heads);
    const words = `Asked by pointing at the picture, once it is there: “${testMasks.manifest.title}”.`;
    expect(html).toContain(words);
    expect(promptedIn(html)).toMatchObject([{ id: 'test-masks', points: { name: 'points', most: 16 }, box: null }]);
    expect(promptedIn(render([testClasses]))).toEqual([]);
  });

  it('is there where all heads are asked by pointing', () => {
    const html = render([testMasks]);
    expect(html).toContain('<form');
    expect(html).not.toContain('Heads to ask');
  });

  it('ticks all where none does segmentation', () => {
    expect(offeredIn(render([testClasses]))).toEqual([['test-classes', true]]);
  });

  it('is left out with its script where a gateway has no heads', () => {
    const html = render([]);
    expect(html).not.toMatch(/<form|<script/);
    expect(html).toContain('This gateway has no heads.');
  });

  it('says how large an image may be: what is stored bounds it too', () => {
    const settings = { maxImageBytes: 10 * 2 ** 20, maxStoredBytes: 3.5 * 2 ** 20, keepIdentity: false };
    const html = renderLandingPage(heads, 'http://zoo', settings);
    expect(html).toContain(`data-max-bytes="${3.5 * 2 ** 20}"`);
    expect(html).toContain('at most 3.5 MB');
  });
});
