import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/evaluation/report/report.type.js';
import { evaluate, evaluateToJson } from '../src/testing/evaluate-to-json.js';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';
import { writeDataSet } from '../src/testing/write-data-set.js';

const SIZE = { width: 32, height: 16 };
const NOWHERE = { x: 4, y: 2, width: 0, height: 8 };

describe('medzoo evaluate on classes', () => {
  /** The fake head says "pneumonia" to what is brighter than half. */
  async function writeClassSet(): Promise<string> {
    const plain = (light: number) =>
      paintImage(SIZE, NOWHERE, 0, Math.round(light * 255))
        .png()
        .toBuffer();
    return writeDataSet(
      'films',
      'image,mask,label,split\ndark.png,,NORMAL,test\ngrey.png,,NORMAL,test\nlight.png,,Pneumonia,test\nwhite.png,,Pneumonia,test\nwhite.png,,covid19,test\n',
      {
        'dark.png': await plain(0.2),
        'grey.png': await plain(0.6),
        'light.png': await plain(0.8),
        'white.png': await plain(0.9),
      },
    );
  }

  it('measures agreement, ranking and calibration', async () => {
    const { code, stdout, report } = await evaluateToJson(await writeClassSet(), '--exclude-label', 'COVID-19');
    expect(code).toBe(0);
    expect(report).toMatchObject({
      head: 'shade',
      task: 'classification',
      n: 4,
      target: null,
      n_empty: null,
      excluded_labels: ['COVID-19'],
    });
    const values = Object.fromEntries(Object.entries(report.metrics).map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      accuracy: 0.75,
      balanced_accuracy: 0.75,
      macro_f1: 0.733333,
    });
    // Two images on either side rank too little; all of two are found: 0.025 ** (1 / 2).
    expect(Object.keys(values).filter((name) => name.startsWith('auroc'))).toEqual([]);
    expect(report.metrics.coverage_pneumonia).toMatchObject({ interval95: [0.158114, 1], n: 2 });
    expect(report.metrics).toMatchObject({ coverage: { n: 4 }, coverage_normal: { n: 2 }, accuracy: { n: 4 } });
    // Gaps of the four bins: 1 - 0.8, 0.6 - 0, 1 - 0.8, 1 - 0.9; the greys are rounded to 8 bits.
    expect(values.ece).toBeCloseTo((0.2 + 0.6 + 0.2 + 0.1) / 4, 2);
    // The heads' sets: dark {normal, pneumonia}, the other three {pneumonia}.
    expect(values).toMatchObject({
      coverage: 0.75,
      coverage_normal: 0.5,
      coverage_pneumonia: 1,
      set_size: 1.25,
    });
    expect(report.calibration).toEqual({ temperature: 1.5, error_rate: 0.1 });
    expect(stdout).toMatch(/conformal coverage, normal +0\.500/);
    expect(report.labels).toEqual({
      normal: { n: 2, recall: 0.5, precision: 1, f1: 0.666667, predicted: { normal: 1, pneumonia: 1 } },
      pneumonia: { n: 2, recall: 1, precision: 0.666667, f1: 0.8, predicted: { pneumonia: 2 } },
    });
    expect(stdout).toContain('films, split test, without COVID-19: 4 images · shade');
    expect(stdout).toMatch(/normal +2 +0.500 +1.000 +0.667 +normal 1, pneumonia 1/);
  });

  it('says which labels no head knows', async () => {
    const { code, stderr } = await evaluate(await writeClassSet());
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The head "shade" does not know covid19; it knows normal, pneumonia. Choose one with --head ID, or leave',
    );
  });

  it('draws no more rows than it may', async () => {
    expect((await evaluateToJson(await writeClassSet(), '--exclude-label', 'covid19', '--limit', '3')).report.n).toBe(
      3,
    );
  });

  it('says in one line what is wrong with a command', async () => {
    const data = await writeClassSet();
    const lines = await Promise.all([
      evaluate(data, '--split', 'val'),
      evaluate(data, '--target', 'wound'),
      evaluate(data, '--head', 'shapes'),
      evaluate(data, '--head', 'prompted'),
      evaluate(data, '--limit', 'none'),
      spawnCommand(['evaluate'], data),
      evaluate(data, '--exclude-label', 'covid19', '--json', `${data}/dark.png/report.json`),
    ]);
    expect(lines.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(lines.map(({ stderr }) => stderr)).toEqual([
      'error: The set has no split "val". There are test; "all" takes every row.\n',
      'error: --target says what masks show, and other answers have none. Choose a head with --head ID.\n',
      'error: The set has no masks, which the head "shapes" would be compared with.\n',
      'error: The set has no masks, which the head "prompted" would be compared with.\n',
      expect.stringContaining('Expected a whole number from 1.'),
      expect.stringContaining("required option '--data <dir>'"),
      expect.stringMatching(/report\.json cannot be written\. (A part of the path is a file|There is a file)/),
    ]);
  });
});

describe('medzoo evaluate in other ways', () => {
  const DOMAIN_CONFIG = FAKE_CONFIG.replace('fake.config', 'domain.config');
  const ask = (data: string, ...args: string[]) =>
    spawnCommand(['evaluate', '--config', DOMAIN_CONFIG, '--data', data, ...args], join(data, '..'));

  it('--domain reports which images are of the head’s kind, --corrupt what corruptions cost', async () => {
    const dark = await paintImage(SIZE, NOWHERE, 0, 64).png().toBuffer();
    const data = await writeDataSet('films', 'image,label\ni.png,normal\n', { 'i.png': dark });
    const domain = await ask(data, '--domain', '--head', 'shade', '--json', 'domain.json');
    expect([domain.code, domain.stderr]).toEqual([0, '']);
    expect(domain.stdout).toContain('films, split all: 1 image · shade');
    const written = JSON.parse(await readFile(join(data, '../domain.json'), 'utf8')) as { domains: unknown[] };
    expect(written.domains).toHaveLength(1);
    const corrupt = await ask(data, '--corrupt', '--json', 'corrupt.json');
    expect([corrupt.code, corrupt.stderr]).toEqual([0, '']);
    expect(corrupt.stdout).toMatch(/inverted +1\.000\n/);
    expect((await ask(data, '--corrupt', '--domain')).stderr).toMatch(/--domain.*cannot be used with.*--corrupt/);
  });

  it('counts refusals of a classifier apart from what it answers', async () => {
    const image = (grey: number) => paintImage(SIZE, NOWHERE, 0, grey).png().toBuffer();
    const files = { 'dark.png': await image(64), 'bright.png': await image(230) };
    const data = await writeDataSet('films', 'image,label\ndark.png,normal\nbright.png,normal\n', files);
    const { code, stdout } = await ask(data, '--json', 'report.json');
    expect(code).toBe(0);
    expect(stdout).toContain('Out of domain: 1 image, which the head refused');
    const report = JSON.parse(await readFile(join(data, '../report.json'), 'utf8')) as Report;
    expect(report).toMatchObject({ n: 1, n_refused: 1, out_of_domain: 'refuse' });
    expect(report.metrics).toMatchObject({ accuracy: { value: 1 }, refused: { value: 0.5, n: 2 } });
    await ask(data, '--out-of-domain', 'warn', '--json', 'report.json');
    const warned = JSON.parse(await readFile(join(data, '../report.json'), 'utf8')) as Report;
    expect(warned).toMatchObject({
      n: 2,
      n_refused: 1,
      metrics: { accuracy: { value: 0.5 }, refused: { value: 0.5 } },
    });
  });
});
