import { describeError } from './describe-error.js';
import { explainWriteError } from './files/explain-write-error.js';

/**
 * Runs a command, which resolves to the exit code; a fault is one line on stderr and exit code 1. The process ends by
 * itself, so that nothing written to a pipe is lost.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  // Whoever reads may stop before the end, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    console.error(`error: ${explainWriteError(error, 'The output').message}`);
    process.exit(1);
  });
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(`error: ${describeError(error)}`);
    process.exitCode = 1;
  }
}
