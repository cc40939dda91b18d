import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createFolder } from './create-folder.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Core's test heads, among them a slow one and one that ends its process. */
export const TEST_CONFIG = fileURLToPath(new URL('../../core/test/test-zoo.config.mjs', import.meta.url));

export interface MainProgram {
  /** Rejects with the program's words if it ends first. */
  readonly url: Promise<string>;
  readonly output: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Closes this end of its standard error. */
  readonly stopReading: () => void;
}

/**
 * Starts the compiled command as a user does, on any machine with one process of the zoo; it is killed when the test
 * ends.
 */
export function startMain(args: readonly string[], env: Readonly<Record<string, string>> = {}): MainProgram {
  const TMPDIR = createFolder(); // a gateway that is killed leaves its images behind
  const set = { PORT: '0', MEDZOO_PROCESSES: '1', TMPDIR, ...env };
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...set } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // 'close' waits for all that write to the pipes: also for the zoo's process, should it be left behind.
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number,
    signal: signal as string | null,
  }));
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', () => {
      const found = /medzoo answers at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(({ code }) => reject(new Error(`It ended with ${code}: ${output}`)));
  });
  url.catch(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  const stopReading = (): void => void child.stderr.destroy();
  return { url, output: () => output, ended, pid: child.pid!, kill, stopReading };
}
