import { Command } from 'commander';
import { addAnalyze } from './commands/analyze.js';
import { addDoctor } from './commands/doctor.js';
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
for (const add of [addAnalyze, addInspect, addEvaluate, addPresence, addDoctor, addPrefetch]) add(program);
await program.parseAsync();
