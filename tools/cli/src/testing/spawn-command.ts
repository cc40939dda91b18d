import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** Heads whose answers a test knows beforehand. */
export const FAKE_CONFIG = fileURLToPath(new URL('../../test/fake.config.mjs', import.meta.url));

/** The project's own heads. */
export const PROJECT_CONFIG = fileURLToPath(new URL('../../../../medzoo.config.mjs', import.meta.url));

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command as a user does, from another folder and not by npm; resolves also when it fails. */
export function spawnCommand(name: 'demo' | 'evaluate', args: readonly string[], cwd: string): Promise<Finished> {
  const script = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith('npm_') && key !== 'INIT_CWD'),
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
    });
  });
}
