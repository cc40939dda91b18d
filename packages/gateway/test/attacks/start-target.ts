import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTestImage } from '@medzoo/core/testing';
import { expect } from 'vitest';
import { connectGateway, type GatewayClient } from '../connect-gateway.js';
import { startMain, TEST_CONFIG } from '../start-main.js';

const MEASURE_LOAD = new URL('../operating/measure-load.mjs', import.meta.url).href;

export interface Load {
  /** The longest that the event loop was held up, in time that its thread ran. */
  readonly gapMs: number;
  readonly cpuMs: number;
}

/** A gateway as it is installed, with a zoo in a process of its own, and one image. */
export interface Target extends GatewayClient {
  readonly url: string;
  readonly imageId: string;
  /** Since this was last asked. */
  load(): Promise<Load>;
  /** Resident memory of the gateway and of the zoo's processes, in MB. */
  memoryMb(): number;
  output(): string;
}

/** Heads whose answers follow from an image by eye, beside all decoders. */
const MEDICAL_CONFIG = fileURLToPath(new URL('../../../cli/test/fake.config.mjs', import.meta.url));

export function startTarget(): Promise<Target> {
  return startWith(TEST_CONFIG);
}

/** The same before heads that answer about any picture. */
export function startMedicalTarget(): Promise<Target> {
  return startWith(MEDICAL_CONFIG);
}

async function startWith(config: string): Promise<Target> {
  const main = startMain(['--config', config], {
    NODE_OPTIONS: `--import ${MEASURE_LOAD}`,
    MEDZOO_STANDBY: 'off',
  });
  const url = await main.url;
  const client = connectGateway(url);
  const { id } = await client.upload(await createTestImage({ width: 40, height: 30 }));
  return {
    ...client,
    url,
    imageId: id,
    output: main.output,
    async load() {
      const before = main.output().length;
      main.kill('SIGUSR2');
      const line = /load: (\{.*\})\n/;
      await expect.poll(() => main.output().slice(before), { interval: 5 }).toMatch(line);
      return JSON.parse(line.exec(main.output().slice(before))![1]!) as Load;
    },
    memoryMb: () => residentMb(main.pid) + childrenOf(main.pid).reduce((sum, pid) => sum + residentMb(pid), 0),
  };
}

/** 0 where the system does not tell, and for a process that has ended. */
function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    });
  } catch {
    return [];
  }
}
