import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runCommand } from '../run-command.js';
import { showPath } from '../files/show-path.js';

interface Options {
  readonly check?: boolean;
}

export function addCard(program: Command): void {
  program
    .command('card')
    .description("Writes the tables of a head's README, its model card, from the head and its model.json.")
    .argument('[dir]', "the folder of the head's package", '.')
    .option('--check', 'change nothing; the exit code is 1 if the card is not up to date')
    .action(async (dir: string, options: Options) => {
      await runCommand(() => card(dir, options));
      process.exit(); // whatever the package's modules left open
    });
}

async function card(dir: string, { check = false }: Options): Promise<number> {
  const { runCard } = await import('../card/run-card.js');
  const { describeCard } = await import('../card/describe-card.js');
  const { path, state } = await runCard(resolve(dir), { isDry: check });
  const isStale = check && state === 'updated';
  const text = isStale
    ? `${showPath(path)} is not up to date. Run: npx medzoo card`
    : describeCard(state, showPath(path));
  await new Promise<void>((done) => process.stdout.write(`${text}\n`, () => done()));
  return state === 'current' || (state === 'updated' && !check) ? 0 : 1;
}
