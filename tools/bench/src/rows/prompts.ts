import {
  createOnnxBackend,
  createZoo,
  elementCount,
  float32Tensor,
  type Session,
  type Tensors,
  type Zoo,
} from '@medzoo/core';
import { promptable } from '@medzoo/sam-med2d';
import { interleave } from '../measure/interleave.js';
import { plain, type Finding } from '../report/finding.js';
import { median, medianRatio } from '../statistics/percentile.js';
import { pick, type BenchContext, type BenchRow } from './bench-row.js';

type Prompted = Zoo<readonly [typeof promptable]>;

/** As many boxes as a person draws before the first answer is there. */
const PROMPTS = 16;
/** What the CPU joins; a GPU joins more. */
const JOINED = 4;

/** Many prompts on one image, whose embedding is at hand: run together, and one by one. */
export const prompts: BenchRow = {
  id: 'prompts',
  about: `${PROMPTS} prompts on one image at once: runs of the decoder joined, and one by one`,
  async measure(context) {
    const { images, providers, say } = context;
    const rounds = { rounds: pick(context, 80, 10), warmUp: pick(context, 8, 3) };
    say(`the decoder alone, ${JOINED} prompts a round`);
    const decoder = await (await createOnnxBackend({ providers })).open(promptable.trained.model);
    const bare = await interleave(
      {
        joined: () => time(() => decoder.run(promptsFor(JOINED))),
        single: () => time(() => runEach(decoder, JOINED)),
      },
      rounds,
    );
    await decoder.close();

    say(`the library, ${PROMPTS} prompts a round`);
    const file = images.fresh();
    const zoos = { joined: await open(context), single: await open(context, false) };
    try {
      const whole = await interleave(
        {
          joined: (round) => time(() => askAll(zoos.joined, file, round)),
          single: (round) => time(() => askAll(zoos.single, file, round)),
        },
        rounds,
      );
      return [
        describe(`the decoder's run of ${JOINED} prompts`, bare),
        describe(`until all of ${PROMPTS} prompts on one image are answered`, whole),
      ];
    } finally {
      await Promise.all([zoos.joined.close(), zoos.single.close()]);
    }
  },
};

/** Zeros for so many boxes: what the decoder computes does not depend on numbers. */
function promptsFor(count: number): Tensors {
  const lengths: Readonly<Record<string, number>> = { batch: count, points: 2 };
  const feeds = promptable.trained.model.inputs.map(({ name, shape }) => {
    const real = shape.map((length) => (typeof length === 'number' ? length : lengths[length]!));
    return [name, float32Tensor(real, new Float32Array(elementCount(real)))];
  });
  return Object.fromEntries(feeds) as Tensors;
}

async function runEach(decoder: Session, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await decoder.run(promptsFor(1));
}

function open({ providers }: BenchContext, batching?: false): Promise<Prompted> {
  const [provider = 'cpu'] = providers[0]!.split(':');
  const options = batching === false && { batching: { [provider]: batching } };
  return createZoo({ heads: [promptable] as const, providers, ...options });
}

async function askAll(zoo: Prompted, file: Uint8Array, round: number): Promise<void> {
  const width = 60 + round / 1000; // a box that was asked for before is answered without a run
  await Promise.all(Array.from({ length: PROMPTS }, (_, index) => askOne(zoo, file, index, width)));
}

async function askOne(zoo: Prompted, file: Uint8Array, index: number, width: number): Promise<void> {
  const box = { x: 10 + 5 * index, y: 10 + 3 * index, width, height: 50 };
  const { promptable: outcome } = await zoo.analyze(file, { promptable: { box } });
  if (!outcome.ok) throw outcome.error;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

type Times = Readonly<Record<'joined' | 'single', readonly number[]>>;

function describe(what: string, { joined, single }: Times): Finding {
  return plain({
    row: 'prompts',
    what: `${what}, joined / one by one`,
    value: medianRatio(joined, single),
    numbers: { joinedMs: median(joined), singleMs: median(single) },
    note: `${median(joined).toFixed(1)} of ${median(single).toFixed(1)} ms`,
  });
}
