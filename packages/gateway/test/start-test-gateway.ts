import type { Zoo } from '@medzoo/core';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { createLogger, type GatewaySettings, startGateway } from '../src/index.js';
import { connectGateway, type GatewayClient } from './connect-gateway.js';
import { createFakeZoo } from './fake-zoo.js';

/** A gateway in this process; it is closed when the test ends. */
export interface TestGateway extends GatewayClient {
  readonly url: string;
  /** All log lines so far, as text. */
  readonly log: () => string;
  close(): Promise<void>;
}

export async function startTestGateway(
  settings: Partial<GatewaySettings> = {},
  zoo: Zoo = createFakeZoo(),
): Promise<TestGateway> {
  let log = '';
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void (log += line) } });
  const running = await startGateway(zoo, { port: 0, settings, logger });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= running.close());
  onTestFinished(close);
  return { ...connectGateway(running.url), url: running.url, log: () => log, close };
}

/** A small picture, not square; `seed` makes another one. */
export function drawPng(seed = 0, width = 3, height = 2): Promise<Buffer> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 37 + seed) % 256);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
