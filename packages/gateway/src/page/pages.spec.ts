import { testClasses, testMasks } from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { exampleQueries } from './example-queries.js';
import { renderLandingPage } from './render-landing-page.js';

/** `testMasks` takes points. */
const heads = [testMasks, testClasses];

describe('the examples', () => {
  it('ask heads that need no prompts', () => {
    const [analyze] = exampleQueries(heads, 'http://zoo');
    expect(JSON.parse(analyze!.variables)).toMatchObject({ heads: [{ id: 'test-classes' }] });
    expect(analyze!.query).toContain('http://zoo/images');
    expect(renderLandingPage(heads, 'http://zoo')).toContain('{ id: \\&#34;test-classes\\&#34; }');
  });
});

describe('the landing page', () => {
  it('shows what heads say about themselves as text', () => {
    const manifest = { ...testClasses.manifest, title: '<script>alert(1)</script>' };
    const html = renderLandingPage([{ ...testClasses, manifest }], 'http://"><script>');
    expect(html).not.toContain('<script');
    expect(html).toContain('&#60;script&#62;alert(1)');
  });

  it('names every head', () => {
    const html = renderLandingPage(heads, 'http://zoo');
    for (const { manifest } of heads) expect(html).toContain(manifest.title);
  });
});
