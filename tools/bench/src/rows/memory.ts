import { setTimeout } from 'node:timers/promises';
import { drawLargeImage } from '../images/bench-images.js';
import { childrenOf, residentBytes } from '../measure/processes.js';
import { plain, type Finding } from '../report/finding.js';
import { analyzeImage, uploadImage } from '../servers/gateway-client.js';
import { startGateway } from '../servers/gateway.js';
import { MEGABYTE, pick, type BenchRow } from './bench-row.js';

/** So many at a time. */
const CALLERS = 4;

/** What the gateway and its zoo hold, together, as they are used. */
export const memory: BenchRow = {
  id: 'memory',
  about: 'memory of the gateway, its workers and their standby: idle, after many images, after large ones',
  async measure(context) {
    const { images, say } = context;
    const gateway = await startGateway();
    const analyse = async (file: Uint8Array): Promise<void> => {
      const id = await uploadImage(gateway.url, file);
      await analyzeImage(gateway.url, id, [{ id: 'automed' }]);
    };
    const read = (what: string): Finding[] => {
      const bytes = residentBytes(gateway.pid);
      if (bytes === undefined) return [];
      return [plain({ row: 'memory', what, value: bytes / MEGABYTE, unit: 'MB', digits: 0 })];
    };
    try {
      await standbyIsThere(gateway.pid);
      const findings = read('idle, gateway, workers and standby');
      const [many, large] = [pick(context, 1000, 100), pick(context, 100, 10)];
      say(`${many} images`);
      await inParallel(many, () => analyse(images.fresh()));
      findings.push(...read(`after ${many} images`));
      say(`${large} images of 2000 x 2000`);
      await inParallel(large, async (index) => analyse(await drawLargeImage(index)));
      return [...findings, ...read(`after ${large} images of 2000 x 2000 more`)];
    } finally {
      await gateway.close();
    }
  },
};

/** It is started a while after the workers, and not where memory is short: then nothing is waited for any more. */
async function standbyIsThere(pid: number): Promise<void> {
  const before = childrenOf(pid).length;
  for (let second = 0; second < 20 && childrenOf(pid).length === before; second += 1) await setTimeout(1000);
  await setTimeout(12_000); // it opens its models, and collects what that leaves behind
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (next < count) await work(next++);
  });
  await Promise.all(callers);
}
