import { createZoo, defineHead } from '@medzoo/core';
import { testClasses, testMasks } from '@medzoo/core/testing';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { ABROAD, testDomainWith, withDomains } from '../../../core/src/testing/test-domains.js';
import { DECODERS } from '../../src/reading/decoders.js';
import { startTestGateway } from '../start-test-gateway.js';
import { openPage } from './start-browser.js';

/** Both have the shape of the DICOM file. */
export const SIZE = { width: 20, height: 12 };
const FULL = Float32Array.of(1, 1, 1, 1);

/** Says the whole image, unprompted. */
const outlines = defineHead({
  manifest: { ...testMasks.manifest, id: 'outlines', title: 'Outlines', params: {} },
  encoder: testMasks.encoder,
  trained: testMasks.trained,
  decode: () => ({ masks: [maskOf(FULL)] }),
});

/** Says the half of the image, left or right, in which the last prompt begins. */
const prompted = defineHead({
  manifest: {
    ...testMasks.manifest,
    id: 'prompted',
    title: 'Prompted halves',
    params: {
      clicks: { type: 'points', description: 'Points.', maxItems: 3 },
      frame: { type: 'box', description: 'A box.' },
    },
  },
  encoder: testMasks.encoder,
  trained: testMasks.trained,
  decode({ params: { clicks, frame } }) {
    const isLeft = (frame ?? clicks.findLast(({ positive }) => positive)!).x < SIZE.width / 2;
    return { masks: [maskOf(isLeft ? Float32Array.of(1, 0, 1, 0) : Float32Array.of(0, 1, 0, 1))] };
  },
});

function maskOf(probabilities: Float32Array) {
  const size = { width: 2, height: 2 };
  return { label: 'left', size, probabilities, threshold: 0.5, presence: 1, quality: 0.5 };
}

/** Refuses every image. */
const picky = withDomains(
  { ...testClasses, manifest: { ...testClasses.manifest, id: 'picky', title: 'Picky classes' } },
  testDomainWith(ABROAD),
);

/** The page of a gateway that asks four heads of halves of an image. */
export async function openGateway(screen?: BrowserContextOptions): Promise<Page> {
  const heads = [outlines, prompted, testClasses].map((head) => ({ ...head, encoder: picky.encoder }));
  const zoo = await createZoo({ heads: [...heads, picky], decoders: DECODERS });
  onTestFinished(() => zoo.close());
  const gateway = await startTestGateway({}, zoo);
  return openPage(gateway.url, screen);
}

/** Puts a file into the form, asks the heads that are ticked, and waits for the picture. */
export async function analyse(page: Page, bytes: Uint8Array, mimeType = 'image/png'): Promise<void> {
  await page.setInputFiles('input[type=file]', { name: 'DOE^JANE', mimeType, buffer: Buffer.from(bytes) });
  await page.getByRole('button', { name: 'Analyse', exact: true }).click();
  await page.locator('.stage img').waitFor();
}

/** What a page shows comes when it comes: late on a busy machine. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });
