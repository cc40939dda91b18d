import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lockFolder } from './lock-folder.js';

const COMPILED = fileURLToPath(new URL('../../../dist/images/folder/lock-folder.js', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-lock-'));
  return () => rm(folder, { recursive: true });
});

/** Another process that has the lock. */
async function lockElsewhere(platform: string) {
  const script = `import { lockFolder } from ${JSON.stringify(COMPILED)};
    await lockFolder(${JSON.stringify(folder)}, ${JSON.stringify(platform)});
    process.stdout.write('locked');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

// The sockets of other systems are files, which Linux has too.
describe.each(process.platform === 'linux' ? ['linux', 'darwin'] : [process.platform])('a lock on %s', (given) => {
  const platform = given as NodeJS.Platform;

  it('is for one, and free again when that one gives it back', async () => {
    const unlock = await lockFolder(folder, platform);
    await expect(lockFolder(folder, platform)).rejects.toThrow('Another gateway uses the folder');
    await unlock();
    await (
      await lockFolder(folder, platform)
    )();
  });

  it('is of the folder, whatever it is called', async () => {
    const other = `${folder}-link`;
    await symlink(folder, other);
    onTestFinished(() => rm(other));
    const unlock = await lockFolder(folder, platform);
    await expect(lockFolder(other, platform)).rejects.toThrow('Another gateway');
    await unlock();
  });

  it('stays with a process that is stopped, and goes with one that is killed', async () => {
    const child = await lockElsewhere(platform);
    await expect(lockFolder(folder, platform)).rejects.toThrow('Another gateway');
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(lockFolder(folder, platform)).rejects.toThrow('Another gateway');
    child.kill('SIGKILL');
    await once(child, 'close');
    await (
      await lockFolder(folder, platform)
    )();
  });
});
