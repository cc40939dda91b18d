import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** Heads whose answers a test knows beforehand. */
export const FAKE_CONFIG = fileURLToPath(new URL('../../test/fake.config.mjs', import.meta.url));

/** What `npm test` compiles. */
const MEDZOO = fileURLToPath(new URL('../../bin/medzoo.js', import.meta.url));

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `medzoo` as a user does, in another folder and not by npm; resolves also when it fails. */
export function spawnCommand(args: readonly string[], cwd: string): Promise<Finished> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith('npm_') && key !== 'INIT_CWD'),
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [MEDZOO, ...args], { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
    });
  });
}
