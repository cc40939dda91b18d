import type { automed } from '@medzoo/automed';
import { connectZoo } from '@medzoo/core';
import type { brainMri, breastUltrasound, chestXrayPneumonia } from '@medzoo/medcls';
import { interleave } from '../measure/interleave.js';
import { atMost, type Finding } from '../report/finding.js';
import { CONFIG } from '../servers/gateway.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchRow } from './bench-row.js';

type Heads = readonly [typeof automed, typeof chestXrayPneumonia, typeof breastUltrasound, typeof brainMri];

/** Classifiers refuse phantoms of other kinds; what their run costs is the same. */
const ANYWAY = { outOfDomain: 'warn' } as const;

/** What an answer costs when the image has been encoded: one round is one new image, asked five times. */
export const heads: BenchRow = {
  id: 'heads',
  about: 'further heads on an image, and the same head again, against its first answer',
  async measure(context) {
    const { images, say } = context;
    const zoo = await connectZoo<Heads>({ config: CONFIG });
    try {
      say('five answers an image');
      const round = async (): Promise<readonly number[]> => {
        const file = images.fresh();
        const times: number[] = [];
        for (const id of ['automed', 'chest-xray-pneumonia', 'breast-ultrasound', 'brain-mri', 'automed'] as const) {
          const startedAt = performance.now();
          const [outcome] = Object.values(
            await zoo.analyze(file, { [id]: {} } as { readonly automed: object }, ANYWAY),
          );
          times.push(performance.now() - startedAt);
          if (!outcome?.ok) throw outcome?.error ?? new Error('The zoo gave no outcome.');
          if (outcome.provenance.cached !== times.length > 1)
            throw new Error('The cache is not what this row measures.');
        }
        return times;
      };
      const rounds = { rounds: pick(context, 100, 15), warmUp: pick(context, 10, 3) };
      return describe((await interleave({ round }, rounds)).round);
    } finally {
      await zoo.close();
    }
  },
};

function describe(rounds: readonly (readonly number[])[]): Finding[] {
  const column = (index: number): number[] => rounds.map((times) => times[index]!);
  const first = column(0);
  const finding = (what: string, limit: number, index: number): Finding =>
    atMost(limit, {
      row: 'heads',
      what: `${what} / first answer`,
      value: medianRatio(column(index), first),
      numbers: { ms: median(column(index)), firstMs: median(first) },
      note: `${median(column(index)).toFixed(1)} ms of ${median(first).toFixed(1)} ms`,
    });
  return [
    finding('second head on the same image', 0.25, 1),
    finding('fourth head on the same image', 0.15, 3),
    finding('the first head again, on the cached image', 0.2, 4),
  ];
}
