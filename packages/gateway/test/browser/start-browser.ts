import { existsSync } from 'node:fs';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Where Debian and others put it. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => existsSync(path));

export const hasBrowser = executablePath !== undefined;

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true };

/**
 * A page of a real browser. When the test ends, it fails for whatever the page's console says, such as what the policy
 * of the page refused.
 */
export async function openPage(url: string, screen: BrowserContextOptions = DESKTOP): Promise<Page> {
  const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  const page = await browser.newPage(screen);
  const said: string[] = [];
  page.on('console', (message) => {
    // An answer that is a fault: the page shows it.
    if (!message.text().startsWith('Failed to load resource')) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  onTestFinished(async () => {
    await browser.close();
    expect(said).toEqual([]);
  });
  await page.goto(url);
  return page;
}
