import { createZoo, loadConfig } from '@medzoo/core';
import { onTestFinished } from 'vitest';
import type { GatewaySettings } from '../src/index.js';
import { DECODERS } from '../src/reading/decoders.js';
import { startTestGateway, type TestGateway } from './start-test-gateway.js';

/** Heads whose answers follow from an image by eye: bright pixels are fetal_head, dark ones nuclei. */
const CONFIG = new URL('../../cli/test/fake.config.mjs', import.meta.url);

/** A gateway before a zoo that decodes, which reads medical formats. */
export async function startMedicalGateway(settings: Partial<GatewaySettings> = {}): Promise<TestGateway> {
  const zoo = await createZoo({ ...(await loadConfig(CONFIG)), decoders: DECODERS });
  onTestFinished(() => zoo.close());
  return startTestGateway(settings, zoo);
}
