import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../run-command.js';
import { readBins, ROOT } from '../workspace.js';

/** By their own names: npx also knows them by those of their packages. */
const bins = Object.entries(readBins()).filter(([name]) => !name.startsWith('@'));

it('knows the commands of the workspace', () => {
  expect(bins.map(([name]) => name).sort()).toEqual(['create-head', 'medzoo', 'medzoo-gateway']);
  expect(readBins()['@medzoo/cli']).toBe(readBins().medzoo);
});

it.each(bins)('npm links %s in a fresh checkout: its file is there before a build', (_, file) => {
  expect(existsSync(file)).toBe(true);
  expect(file.split(/[\\/]/)).not.toContain('dist');
});

it.each(bins)('%s says that it is not built yet', async (name, file) => {
  const folder = mkdtempSync(join(tmpdir(), 'medzoo-bin-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, 'bin', `${basename(file, '.js')}.mjs`);
  cpSync(file, copy);
  await expect(runCommand(process.execPath, [copy], ROOT)).rejects.toThrow(`${name}: this checkout is not built yet.`);
});
