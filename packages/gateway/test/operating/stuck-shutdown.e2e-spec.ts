import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolder } from '../create-folder.js';

const STOP_ON_SIGNALS = new URL('../../dist/stop-on-signals.js', import.meta.url).href;

/** Opens a pipe that nobody writes to, as a file on a disk that is away: the thread that opens it waits for ever. */
const script = (pipe: string): string => `
  import { open } from 'node:fs/promises';
  import { stopOnSignals } from ${JSON.stringify(STOP_ON_SIGNALS)};
  const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
  stopOnSignals(() => new Promise(() => undefined), { info: say, warn: say, error: say, flush: (done) => done() });
  void open(${JSON.stringify(pipe)});
  setInterval(() => undefined, 1000);
  process.kill(process.pid, 'SIGTERM');
`;

it.runIf(process.platform === 'linux')(
  'ends within 10 s of SIGTERM while a file operation hangs',
  () => {
    const pipe = join(createFolder(), 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const args = ['--input-type=module', '--eval', script(pipe)];
    const { signal, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 25_000 });
    expect(stdout).toContain('a file is still being read or written');
    expect(signal).toBe('SIGKILL');
  },
  30_000,
);
