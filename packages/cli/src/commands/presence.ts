import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Assignment } from '../presence/arrange-sets.js';
import { readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { addSetOptions, type SetOptions } from './set-options.js';

interface Options extends SetOptions {
  readonly shows?: readonly Assignment[];
  readonly near?: readonly Assignment[];
}

export function addPresence(program: Command): void {
  addSetOptions(program.command('presence'), 'a folder of sets, each with an index.csv')
    .description(
      'Measures whether a segmentation head knows what is in an image, on images of all sets of a folder. Not ' +
        'for diagnosis.',
    )
    .option('--shows <target=set>', 'images of the set show the target though no mask says so; may be repeated', assign)
    .option(
      '--near <target=set>',
      'images of the set look like those of the target, without it; may be repeated',
      assign,
    )
    .action((options: Options) => runCommand(() => measurePresence(options)));
}

async function measurePresence({ shows = [], near = [], json, ...options }: Options): Promise<number> {
  const { createProgress, reportEvaluation } = await import('./report-evaluation.js');
  const { runPresence } = await import('../presence/run-presence.js');
  const evaluation = await runPresence({
    config: await readConfig(options),
    data: resolve(options.data),
    split: options.split,
    head: options.head,
    limit: options.limit,
    seed: options.seed,
    shows,
    near,
    onProgress: createProgress(),
  });
  return reportEvaluation(evaluation, json);
}

function assign(value: string, before: readonly Assignment[] = []): Assignment[] {
  const [target, set, ...rest] = value.split('=');
  if (target && set && rest.length === 0) return [...before, { target, set }];
  throw new InvalidArgumentError('Expected TARGET=SET, such as lungs=cxr_pneumonia.');
}
