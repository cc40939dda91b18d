import { Command } from 'commander';
import { addAdd } from './commands/add.js';
import { addAnalyze } from './commands/analyze.js';
import { addCard } from './commands/card.js';
import { addCheckHead } from './commands/check-head.js';
import { addDoctor } from './commands/doctor.js';
import { addEmbed } from './commands/embed.js';
import { addEvaluate } from './commands/evaluate.js';
import { addInspect } from './commands/inspect.js';
import { addPrefetch } from './commands/prefetch.js';
import { addPresence } from './commands/presence.js';
import { readPackageVersion } from './read-package-version.js';

const program = new Command('medzoo')
  .description('Asks heads about medical images and measures how good they are. Not for diagnosis.')
  .version(readPackageVersion())
  .showHelpAfterError('Run `medzoo --help` for what there is.')
  .addHelpText(
    'after',
    `
Weights that a model file names by an address are kept in MEDZOO_CACHE_DIR, or in the platform's cache folder;
MEDZOO_OFFLINE=1 fetches nothing.`,
  );
const COMMANDS = [
  addAnalyze,
  addInspect,
  addEvaluate,
  addPresence,
  addEmbed,
  addCheckHead,
  addCard,
  addAdd,
  addDoctor,
  addPrefetch,
];
for (const add of COMMANDS) add(program);
for (const command of program.commands)
  command.showHelpAfterError(`Run \`medzoo ${command.name()} --help\` for what there is.`);
await program.parseAsync();
