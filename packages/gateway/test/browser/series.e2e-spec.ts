import { describe, expect, it } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { drawZip } from '../images/draw-zip.js';
import { slices } from '../series/series-requests.js';
import { analyse, openGateway, soon } from './open-gateway.js';
import { hasBrowser } from './start-browser.js';

const other = (z: number) => drawSlice(z, { '0020000e UI': '1.2.3.4', '00080018 UI': `1.2.3.4.${z}` });

describe.skipIf(!hasBrowser)('a ZIP in the page', { timeout: 90_000 }, () => {
  it('lists all series, and what is not among them', async () => {
    const page = await openGateway();
    const [a, b, c] = slices(0, 2, 4);
    const zip = drawZip({ a: a!, b: b!, c: c!, d: other(0), e: other(9), 'notes.txt': Buffer.from('notes') });
    await analyse(page, zip, 'application/zip');
    const list = page.getByLabel('Shown, of 2 in the ZIP');
    expect(await list.locator('option').allInnerTexts()).toEqual([
      '1: series of 3 pictures, 20 × 12 px',
      '2: series of 2 pictures, 20 × 12 px',
    ]);
    expect(await page.locator('.view .frames').getAttribute('max')).toBe('2');
    expect(await page.locator('#analyse-upload').innerText()).toContain('1 file that holds no medical image');
    await list.selectOption({ index: 1 });
    await soon(() => page.locator('.view .frames').getAttribute('max')).toBe('1');
    await soon(() => list.inputValue()).toBe('1');
  });

  it('keeps the list, and the focus on it, while another series is analysed and when that fails', async () => {
    const page = await openGateway();
    const zip = drawZip(Object.fromEntries([...slices(0, 2), other(0), other(9), other(18)].entries()));
    await analyse(page, zip, 'application/zip');
    const list = page.getByLabel('Shown, of 2 in the ZIP');
    let isAway = true;
    await page.route('**/graphql', (route) => (isAway ? route.abort() : route.continue()));
    await list.focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('#analyse-heads-fault').waitFor();
    expect(await page.locator('select:focus').count()).toBe(1);
    expect(await list.inputValue()).toBe('1');
    isAway = false;
    await page.keyboard.press('ArrowUp');
    await soon(() => page.locator('.view .frames').getAttribute('max')).toBe('1');
    await page.keyboard.press('ArrowDown');
    await soon(() => page.locator('.view .frames').getAttribute('max')).toBe('2');
    expect(await page.locator('select:focus').count()).toBe(1);
    expect(await page.locator('#analyse-heads-fault').isHidden()).toBe(true);
  });

  it('asks about every picture of a series, and shows volumes and files', async () => {
    const page = await openGateway();
    await analyse(page, drawZip(Object.fromEntries(slices(0, 2, 4).entries())), 'application/zip');
    await page.getByRole('button', { name: 'Analyse all 3 pictures' }).click();
    await soon(() => page.locator('.report').first().innerText()).toContain('left: in 3 of 3 pictures,');
    await soon(() => page.getByRole('link', { name: 'NIfTI' }).count()).toBeGreaterThan(0);
  });
});
