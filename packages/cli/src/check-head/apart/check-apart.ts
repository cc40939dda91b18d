import { fork } from 'node:child_process';
import { CommandError } from '../../command-error.js';
import type { CheckReport } from '../run-check-head.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../../dist/check-head/apart/check-child.js', import.meta.url);

/** What the code of a package prints is no part of the report, and goes where errors go. */
const STDIO: readonly ('ignore' | 'ipc' | number)[] = ['ignore', 2, 2, 'ipc'];

/** What the process tells; it ends of itself only after that. */
export type ToldOfCheck = { readonly report: CheckReport } | { readonly fault: string };

export interface ApartOptions {
  /** How long it may take, in seconds. */
  readonly within: number;
  /** Ends the check: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What `runCheckHead` says of a folder, from a process of its own: a stranger's model may compute without end, or end
 * the process that it runs in. Rejects with a CommandError then too.
 */
export async function checkApart(folder: string, { within, signal }: ApartOptions): Promise<CheckReport> {
  signal?.throwIfAborted();
  const env = { ...process.env, WATCH_REPORT_DEPENDENCIES: undefined }; // or `node --watch` has it send more than that
  const child = fork(ENTRY, [folder, String(process.pid)], { execArgv: [], env, stdio: [...STDIO] });
  let ended: Error | undefined;
  const end = (why: Error): void => {
    ended ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end(tooLate(within)), within * 1000);
  const onAbort = (): void => end(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<CheckReport>((resolve, reject) => {
      child.once('message', (told: ToldOfCheck) => {
        if ('report' in told) resolve(told.report);
        else reject(new CommandError(told.fault));
      });
      child.once('error', ({ message }) => reject(new CommandError(`The check cannot be started: ${message}`)));
      child.once('exit', (code, by) => reject(ended ?? endedEarly(by ?? `exit code ${code ?? 'unknown'}`)));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    child.kill('SIGKILL'); // whatever a package's modules left open
  }
}

function tooLate(within: number): CommandError {
  return new CommandError(
    `The check was ended: it should be done within ${within} s, and was not. The model may compute without end, as ` +
      'in a Loop: ask its author. If this machine is slow or the model large, give it more time with --within <seconds>.',
  );
}

function endedEarly(how: string): CommandError {
  return new CommandError(
    `The check's process should say what it found, and ended by ${how}. A model that ends the process it runs in, ` +
      'or that needs more memory than there is, would end the processes of a gateway as well: ask its author.',
  );
}
