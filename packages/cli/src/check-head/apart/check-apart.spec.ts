import { expect, it, vi } from 'vitest';
import { CommandError } from '../../command-error.js';
import { findChildren } from '../../testing/find-children.js';
import { writeEndlessHead } from '../../testing/write-endless-head.js';
import { GOOD_HEAD, writeGolden, writeHead } from '../../testing/write-head.js';
import { checkApart } from './check-apart.js';
import { runCheckHead } from '../run-check-head.js';

const children = (folder: string): number[] => findChildren(process.pid, folder);

it('says what the check says, and what it cannot check', async () => {
  const folder = await writeHead(GOOD_HEAD);
  await writeGolden(folder);
  expect(await checkApart(folder, { within: 60 })).toEqual(JSON.parse(JSON.stringify(await runCheckHead(folder))));
  const nothing = checkApart(import.meta.dirname, { within: 60 });
  await expect(nothing).rejects.toThrow(CommandError);
  await expect(nothing).rejects.toThrow('There is no model.json of a head');
});

it('ends a model that computes without end', async () => {
  const folder = await writeEndlessHead();
  const checking = checkApart(folder, { within: 5 });
  await expect(checking).rejects.toThrow(/should be done within 5 s, and was not.*--within <seconds>/);
  await vi.waitFor(() => expect(children(folder)).toEqual([]));
});

it('outlives a model that ends its process', async () => {
  const folder = await writeEndlessHead();
  const checking = checkApart(folder, { within: 60 });
  const told = expect(checking).rejects.toThrow(/ended by SIGSEGV.* ask its author/);
  await vi.waitFor(() => expect(children(folder)).toHaveLength(1));
  process.kill(children(folder)[0]!, 'SIGSEGV');
  await told;
});

it('ends when it is not wanted any more', async () => {
  const folder = await writeEndlessHead();
  const controller = new AbortController();
  const checking = checkApart(folder, { within: 60, signal: controller.signal });
  const told = expect(checking).rejects.toThrow('not any more');
  await vi.waitFor(() => expect(children(folder)).toHaveLength(1));
  controller.abort(new Error('not any more'));
  await told;
  await vi.waitFor(() => expect(children(folder)).toEqual([]));
  await expect(checkApart(folder, { within: 60, signal: controller.signal })).rejects.toThrow('not any more');
});
