import type { Command } from 'commander';
import { runCommand } from '../run-command.js';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Says what works on this machine, what does not, and what mends it.')
    .option('--config <file>', 'the heads (default: medzoo.config.mjs in the working directory)')
    .option('--json', 'the report as JSON, with all facts')
    .action(async (options: Options) => {
      await runCommand(() => diagnoseMachine(options));
      process.exit(); // whatever a config's modules left open
    });
}

/** The exit code is 1 where something does not work that the config asks for. */
async function diagnoseMachine({ config, json }: Options): Promise<number> {
  const { diagnose, examine, formatReport } = await import('@medzoo/core/doctor');
  const facts = await examine(config);
  const diagnosis = diagnose(facts);
  const report = json ? `${JSON.stringify({ ...diagnosis, facts }, undefined, 2)}\n` : formatReport(diagnosis);
  await new Promise<void>((done) => process.stdout.write(report, () => done()));
  return diagnosis.isHealthy ? 0 : 1;
}
