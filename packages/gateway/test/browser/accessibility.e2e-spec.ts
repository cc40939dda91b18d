import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createTestImage } from '@medzoo/core/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { analyse, openGateway, SIZE } from './open-gateway.js';
import { hasBrowser } from './start-browser.js';

/** The rules of WCAG 2.2 A and AA, and what the authors of axe advise beside them. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What of the page people with a screen reader, a keyboard or weak eyes cannot use. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const asked = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`;
  const violations = await page.evaluate<readonly Violation[]>(asked);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe.skipIf(!hasBrowser)('the page for everybody', { timeout: 90_000 }, () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no violation on a narrow ${colorScheme} screen, before and after an answer`, async () => {
      const page = await openGateway();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await violationsOf(page)).toEqual([]);
      await page.getByLabel('Three classes').check();
      await page.getByLabel('Picky classes').check();
      await analyse(page, await createTestImage(SIZE));
      await page.locator('.report.classes .score').first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const wider = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wider).toBe(0);
    });
  }
});
