import { resolve } from 'node:path';
import { createZoo } from '@medzoo/core';
import { Command } from 'commander';
import { addConfigOption, formatTable, readConfig, runCommand } from '@medzoo/cli';
import { createPhantoms } from './draw-phantoms.js';
import type { FindingOf } from './failures.type.js';
import type { CardTask } from './hard-case.type.js';
import { HARD_CASES } from './hard-cases.js';
import { writeFailures } from './write-failures.js';

const command = addConfigOption(new Command('npm run cards'))
  .description(
    "Runs the heads on phantoms of what is hard, and writes pictures and failures.json beside each head's card.",
  )
  .parse();

const SUMMARIES: { readonly [T in CardTask]: (finding: FindingOf<T>) => string } = {
  segmentation: ({ dice }) => dice.toFixed(3),
  classification: ({ label, probability }) => `${label} ${probability.toFixed(3)}`,
};

await runCommand(async () => {
  const zoo = await createZoo(await readConfig(command.opts()));
  try {
    const draw = createPhantoms();
    const rows: string[][] = [];
    for (const cases of HARD_CASES) {
      const { cases: findings } = await writeFailures({ zoo, draw }, resolve('.'), cases);
      rows.push(
        ...findings.map((finding) => [
          cases.head,
          finding.id,
          SUMMARIES[finding.task](finding as never),
          finding.outcome === 'passed' ? '' : finding.outcome,
        ]),
      );
    }
    console.log(formatTable([{ title: 'head' }, { title: 'phantom' }, { title: 'answer' }, { title: '' }], rows));
    return 0;
  } finally {
    await zoo.close();
  }
});
