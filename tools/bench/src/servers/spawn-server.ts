import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it answers; the first group is its address. */
  readonly ready: RegExp;
}

/** A server in a process of its own. */
export interface Server {
  readonly pid: number;
  readonly url: string;
  /** What it printed on stderr so far. */
  errors(): string;
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
  /** Asks it to end, and insists after a while. */
  readonly close: () => Promise<void>;
}

const START_WITHIN_MS = 120_000;
const CLOSE_WITHIN_MS = 15_000;

/**
 * Rejects with the server's own words if it ends before it answers. It has a process group, so that processes which it
 * leaves behind, and which would hold its output open, end with it.
 */
export async function spawnServer({ command, args, env, ready }: ServerCommand): Promise<Server> {
  const options = { env: { ...process.env, ...env }, detached: true } as const;
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const endGroup = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // nobody is left in it
    }
  };
  // Ctrl-C reaches this process alone.
  const onInterrupt = (): void => process.exit(130);
  process.once('exit', endGroup).once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  let errors = '';
  child.stdout.resume(); // its log
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(endGroup, START_WITHIN_MS);
    child.once('error', reject);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-100_000);
      const found = ready.exec(errors)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
    void exited.then((code) => {
      clearTimeout(late);
      endGroup();
      reject(new Error(`${command} ended with ${code} before it answered: ${errors.trim()}`));
    });
  });
  return {
    pid: child.pid!,
    url,
    errors: () => errors,
    signal: (signal) => void child.kill(signal),
    exited,
    async close() {
      process.off('exit', endGroup).off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
      if (child.exitCode === null) child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      clearTimeout(late);
      endGroup();
    },
  };
}
