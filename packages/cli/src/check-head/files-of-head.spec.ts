import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GOOD_HEAD, writeHead } from '../testing/write-head.js';
import { runCheckHead } from './run-check-head.js';

it('refuses a list of image files in what is published, of a package and of a head without code', async () => {
  const folder = await writeHead(GOOD_HEAD);
  await writeFile(join(folder, 'model/leaks.csv'), 'reason\n');
  const named = expect.objectContaining({
    ...{ check: 'published lists', level: 'error' },
    message: expect.stringMatching(/^model\/leaks\.csv would be published/) as string,
  }) as unknown;
  expect((await runCheckHead(folder)).package.findings).toContainEqual(named);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'lesions', version: '0.1.0', files: ['model'], license: 'Apache-2.0' }),
  );
  expect((await runCheckHead(folder)).package.findings).toContainEqual(named);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'lesions', version: '0.1.0', files: ['src'] }));
  const spared = (await runCheckHead(folder)).package.findings;
  expect(spared.filter(({ check: name }) => name === 'published lists')).toEqual([]);
});

it('says where a model.json is not JSON, and nothing of its content', async () => {
  const folder = await writeHead(GOOD_HEAD);
  await writeFile(join(folder, 'model/model.json'), '{\n  "name": "secret",\n}');
  const report = await runCheckHead(folder);
  const [fault] = report.heads[0]!.findings.filter(({ level }) => level === 'error');
  expect(`${fault!.check}: ${fault!.message}`).toMatch(
    /^model.json: The file cannot be read, since it is not JSON: line 3, column 1/,
  );
  expect(JSON.stringify(report)).not.toContain('secret');
});

it('says where it looked for a model file', async () => {
  await expect(runCheckHead(join(import.meta.dirname, 'checks'))).rejects.toThrow('There is no model.json of a head');
});
