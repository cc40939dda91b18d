import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './workspace.js';

/** What a command wrote in a folder, with the workspace's own commands at hand; rejects with that when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  folder: URL,
  timeout = 90_000,
): Promise<string> {
  const bin = fileURLToPath(new URL('node_modules/.bin', ROOT));
  const env = { ...process.env, NODE_OPTIONS: '', PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`Ended with ${signal ?? `exit code ${code ?? ''}`}:\n${output}`);
  return output;
}
