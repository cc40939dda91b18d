import { createTestImage } from '@medzoo/core/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawEnhanced, drawSlice } from '../../../export/test/dicom-files.js';
import { halves } from '../draw-halves.js';
import { analyse, openGateway, SIZE, soon } from './open-gateway.js';
import { hasBrowser, PHONE } from './start-browser.js';

if (!hasBrowser) process.stderr.write('The page is not tried in a browser: there is no Chromium here.\n');

/** A place over the picture, as parts of its sides. */
async function placeOf(page: Page, x: number, y: number): Promise<readonly [number, number]> {
  const { x: left, y: top, width, height } = (await page.locator('.stage').boundingBox())!;
  return [left + x * width, top + y * height];
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...(await placeOf(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await placeOf(page, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
  await page.mouse.move(...(await placeOf(page, ...to)));
  await page.mouse.up();
}

const card = (page: Page) => page.locator('.report.prompted');

/** How opaque the last mask is in the middle of the left and of the right half: 0 to 255. */
const halvesOfMask = (page: Page): Promise<readonly number[]> =>
  page.evaluate(`(() => {
    const canvas = [...document.querySelectorAll('.stage canvas.mask')].at(-1);
    const alphaAt = (part) =>
      canvas.getContext('2d').getImageData(part * canvas.width, canvas.height / 2, 1, 1).data[3];
    return canvas ? [alphaAt(0.25), alphaAt(0.75)] : [];
  })()`);

describe.skipIf(!hasBrowser)('the page in a browser', { timeout: 90_000 }, () => {
  it('lays masks over the image, tells scores, and says what is wrong beside what it is about', async () => {
    const page = await openGateway();
    await page.getByLabel('Three classes').check();
    await analyse(page, await createTestImage(SIZE));
    await soon(() => halvesOfMask(page)).toEqual([77, 77]);
    await soon(() => page.locator('.report').first().innerText()).toContain('240 px · 100 % of the image');
    expect(await page.locator('.report.classes .score').count()).toBe(3);
    await page.locator('.report').first().getByRole('checkbox').uncheck();
    expect(await page.locator('.stage canvas.mask').isVisible()).toBe(false);

    const buffer = Buffer.from('no image');
    await page.setInputFiles('input[type=file]', { name: 'DOE^JANE', mimeType: 'image/png', buffer });
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await soon(() => page.locator('.fault:visible code').innerText()).toBe('INVALID_IMAGE');
  });

  it('shows a picture of a format that the browser cannot show', async () => {
    const page = await openGateway();
    const header = Buffer.from(`P5 ${SIZE.width} ${SIZE.height} 255\n`);
    await analyse(page, Buffer.concat([header, Buffer.alloc(SIZE.width * SIZE.height, 90)]));
    await page.locator('.stage img').waitFor();
    expect(await page.locator('.stage img').getAttribute('src')).toMatch(/preview\.png/);
    await soon(() => halvesOfMask(page)).toEqual([77, 77]);
    expect(await page.locator('figure p').first().innerText()).toBe('');
  });

  it('shows nothing of an image once another one is chosen', async () => {
    const page = await openGateway();
    await analyse(page, await createTestImage(SIZE));
    await soon(() => page.locator('.report').count()).toBeGreaterThan(0);
    const buffer = Buffer.from(await createTestImage({ width: 24, height: 24 }));
    await page.setInputFiles('input[type=file]', { name: 'other.png', mimeType: 'image/png', buffer });
    await page.getByRole('img', { name: 'The chosen image' }).waitFor();
    expect(await page.locator('.report').count()).toBe(0);
    expect(await page.getByText('Done in').count()).toBe(0);
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await soon(() => page.locator('.report').count()).toBeGreaterThan(0);
  });

  it('shows why a head does not answer, and its answer all the same to who asks for it', async () => {
    const page = await openGateway();
    await page.getByLabel('Picky classes').check();
    await analyse(page, await createTestImage(SIZE));
    const report = page.locator('.report', { hasText: 'Picky classes' });
    await soon(() => report.innerText()).toContain('does not look like the images');
    expect(await report.locator('.score').count()).toBe(0);
    await report.getByRole('button', { name: 'Answer all the same' }).click();
    await soon(() => report.locator('.score').count()).toBe(3);
    const words = await report.innerText();
    expect(words).toContain('Unsure: this does not look like the images');
    expect(words.indexOf('Unsure')).toBeLessThan(words.search(/\d %/)); // read before the numbers that it is about
    await report.getByLabel('Show what speaks for').check();
    await page.locator('.stage canvas.heat').waitFor();
  });

  it('asks a prompted head by clicks and by a box, and takes them back', async () => {
    const page = await openGateway();
    await analyse(page, await createTestImage(SIZE));
    await soon(() => card(page).innerText()).toContain('Click on an object, or drag a box around it.');
    await page.mouse.click(...(await placeOf(page, 0.8, 0.5)));
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
    await soon(() => card(page).innerText()).toContain('120 px · 50 % of the image');
    await page.keyboard.down('Shift');
    await page.mouse.click(...(await placeOf(page, 0.1, 0.5)));
    await page.keyboard.up('Shift');
    await soon(() => card(page).innerText()).toContain('Shown: 1 point on the object, 1 point beside it.');
    await page.mouse.click(...(await placeOf(page, 0.3, 0.5)));
    await soon(() => halvesOfMask(page)).toEqual([77, 0]);
    await page.mouse.click(...(await placeOf(page, 0.9, 0.5))); // the head takes three points
    expect(await page.locator('.stage .prompt').count()).toBe(3);
    await drag(page, [0.6, 0.2], [0.95, 0.9]);
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
    expect(await page.locator('.stage .prompt.box').count()).toBe(1);

    await card(page).getByRole('button', { name: 'Undo' }).click();
    await soon(() => halvesOfMask(page)).toEqual([77, 0]);
    await card(page).getByRole('button', { name: 'Clear' }).click();
    await soon(() => page.locator('.stage canvas.mask').count()).toBe(1); // that of the other head
    expect(await page.locator('.stage .prompt').count()).toBe(0);
  });

  it('lets a finger scroll over the picture until it is told to point', async () => {
    const page = await openGateway(PHONE);
    await analyse(page, await createTestImage(SIZE));
    const pointing = page.locator('.stage.pointing');
    await soon(() => card(page).innerText()).toContain('Point at the picture');
    expect(await pointing.count()).toBe(0);
    await card(page).getByRole('button', { name: 'Point at the picture' }).tap();
    await pointing.waitFor();
    await page.touchscreen.tap(...(await placeOf(page, 0.8, 0.5)));
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
  });

  it('asks a prompted head by keys alone', async () => {
    const page = await openGateway();
    await analyse(page, await createTestImage(SIZE));
    await page.locator('.stage').focus();
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
    await page.keyboard.press('Backspace');
    await soon(() => card(page).innerText()).toContain('Click on an object');
  });

  it('says that another frame has to be analysed before it is pointed at', async () => {
    const page = await openGateway();
    await analyse(page, drawEnhanced([0, 3, 6]), 'application/dicom');
    await card(page).getByRole('button', { name: 'Point at the picture' }).click();
    await page.locator('.view .frames').fill('2');
    await page.locator('.stage.bare').waitFor();
    await page.mouse.click(...(await placeOf(page, 0.8, 0.5)));
    await soon(() => card(page).innerText()).toContain('Press “Analyse this frame” first');
    await page.getByRole('button', { name: 'Analyse this frame' }).click();
    await soon(() => card(page).innerText()).toContain('Click on an object');
    await card(page).getByRole('button', { name: 'Point at the picture' }).click();
    await page.mouse.click(...(await placeOf(page, 0.8, 0.5)));
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
  });

  it('drags the window of a DICOM file until it is told to point', async () => {
    const page = await openGateway();
    await analyse(page, drawSlice(0, halves()), 'application/dicom');
    const window = page.locator('.view [role=status]');
    const before = await window.innerText();
    await drag(page, [0.2, 0.2], [0.4, 0.6]);
    await soon(() => window.innerText()).not.toBe(before);
    await soon(() => window.innerText()).not.toContain('Loading');
    expect(await page.locator('.stage .prompt').count()).toBe(0);

    const dragged = await window.innerText();
    await card(page).getByRole('button', { name: 'Point at the picture' }).click();
    await drag(page, [0.6, 0.2], [0.9, 0.8]);
    await soon(() => halvesOfMask(page)).toEqual([0, 77]);
    expect(await window.innerText()).toBe(dragged);
    await soon(() => card(page).getByRole('link').count()).toBeGreaterThan(0);
  });
});
