import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestImage } from '@medzoo/core/testing';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawEnhanced } from '../../../export/test/dicom-files.js';
import { analyse, openGateway, SIZE, soon } from './open-gateway.js';
import { hasBrowser } from './start-browser.js';

const card = (page: Page) => page.locator('.report.prompted');
const masks = (page: Page) => page.locator('.stage canvas.mask').count();
const view = (page: Page) => page.locator('.view [role=status]').innerText();

async function point(page: Page, x: number): Promise<void> {
  const { x: left, y: top, width, height } = (await page.locator('.stage').boundingBox())!;
  await page.mouse.click(left + x * width, top + height / 2);
}

async function choose(page: Page, bytes: Uint8Array): Promise<void> {
  const file = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(bytes) };
  await page.setInputFiles('input[type=file]', file);
}

/** Resolves to the file's path once its picture is there. */
async function chooseFromDisk(page: Page): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'a.png');
  await writeFile(path, await createTestImage(SIZE));
  await page.setInputFiles('input[type=file]', path);
  await page.getByRole('img', { name: 'The chosen image' }).waitFor();
  return path;
}

describe.skipIf(!hasBrowser)('what the page shows is about what it shows', { timeout: 90_000 }, () => {
  it('shows no answer to other prompts than those over the picture, and asks again', async () => {
    const page = await openGateway();
    await analyse(page, await createTestImage(SIZE));
    await soon(() => masks(page)).toBe(1); // that of the other head
    await point(page, 0.8);
    await soon(() => masks(page)).toBe(2);
    let isAway = true;
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      if (!isAway) return route.continue();
      await held;
      return route.abort();
    });
    await point(page, 0.3);
    await soon(() => card(page).innerText()).toContain('Asking …');
    expect(await page.locator('.stage canvas.mask.waiting').count()).toBe(1);
    answer();
    await soon(() => card(page).innerText()).toContain('NO_ANSWER');
    expect(await masks(page)).toBe(1);
    expect(await card(page).innerText()).not.toContain('% of the image');
    isAway = false;
    await card(page).getByRole('button', { name: 'Ask again' }).click();
    await soon(() => masks(page)).toBe(2);
    expect(await card(page).innerText()).not.toContain('NO_ANSWER');

    for (const x of [0.4, 0.5]) await point(page, x); // the head takes three points
    await soon(() => card(page).innerText()).toContain('This head takes at most 3 points.');
  });

  it('names the frame that is seen, not the one that is still to come', async () => {
    const page = await openGateway();
    await analyse(page, drawEnhanced([0, 3, 6]), 'application/dicom');
    await soon(() => view(page)).toContain('Shown: frame 2 of 3');
    expect(await page.locator('.view .frames').getAttribute('aria-valuetext')).toBe('2 of 3'); // read out
    let draw: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (draw = resolve));
    await page.route('**/preview.png?frame=2*', async (route) => {
      await held;
      await route.continue();
    });
    await page.route('**/preview.png?frame=0*', (route) => route.abort());
    await page.locator('.view .frames').fill('2');
    await soon(() => view(page)).toMatch(/^Shown: frame 2 of 3.*Loading frame 3 of 3/);
    draw();
    await soon(() => view(page)).toMatch(/^Shown: frame 3 of 3.*The answers are about frame 2 of 3/);
    await page.locator('.view .frames').fill('0');
    await page.getByText('The gateway could not draw that view.').waitFor();
    expect(await view(page)).toMatch(/^Shown: frame 3 of 3/);
    expect(await page.locator('.view .frames').inputValue()).toBe('2');
  });

  it('shows nothing of an image for which another one is chosen at the last moment', async () => {
    const page = await openGateway();
    const values = Uint16Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) => 99 * pixel);
    const grey = await sharp(values, { raw: { ...SIZE, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    // The picture of a 16-bit PNG takes its time.
    await page.evaluate(`{
      const { prototype } = OffscreenCanvas;
      const toBlob = prototype.convertToBlob;
      prototype.convertToBlob = function () {
        return new Promise((resolve) => (globalThis.finish = resolve)).then(() => toBlob.call(this));
      };
    }`);
    await choose(page, grey);
    const answered = page.waitForResponse('**/graphql');
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await (await answered).finished();
    await choose(page, await createTestImage(SIZE));
    await page.evaluate('finish()');
    await soon(() => page.locator('#analyse-status').innerText()).toBe('Stopped.');
    expect(await page.locator('.report').count()).toBe(0);
  });

  it('takes the fault of an image away once another one is chosen', async () => {
    const page = await openGateway();
    await choose(page, await createTestImage(SIZE));
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await page.locator('#analyse-heads-fault').waitFor();
    await choose(page, await createTestImage({ width: 24, height: 24 }));
    await page.locator('#analyse-heads-fault').waitFor({ state: 'hidden' });
  });

  it('says of a file that was changed since it was chosen that it was, and not that the gateway is away', async () => {
    const page = await openGateway();
    await rm(await chooseFromDisk(page));
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await soon(() => page.locator('.fault:visible').innerText()).toContain('FILE_UNREADABLE');
  });

  it('shows the file that a browser puts back when somebody comes back to the page', async () => {
    const page = await openGateway();
    await chooseFromDisk(page);
    await page.goto(new URL('/health', page.url()).href);
    await page.goBack();
    await page.getByRole('img', { name: 'The chosen image' }).waitFor();
  });

  it('leaves the answers in sight on a low screen', async () => {
    const page = await openGateway();
    await page.setViewportSize({ width: 640, height: 360 }); // 1280 × 720 at 200 %
    await analyse(page, drawEnhanced([0, 3, 6]), 'application/dicom');
    const report = page.locator('.report').first();
    await report.scrollIntoViewIfNeeded();
    await report.getByRole('checkbox').uncheck({ timeout: 5000 }); // nothing lies over it
  });
});
