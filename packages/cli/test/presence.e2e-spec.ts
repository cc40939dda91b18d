import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/evaluation/report/report.type.js';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';
import { writeDataSet } from '../src/testing/write-data-set.js';

const SIZE = { width: 32, height: 16 };
/** The brighter an image, the more the fake head takes it for a fetal head, and the darker, for nuclei. */
const plain = (light: number) => paintImage(SIZE, { x: 0, y: 0, width: 0, height: 0 }, 0, light).png().toBuffer();

/**
 * Two heads, one with an empty mask too; nuclei; other ultrasound: each several times, for an AUROC needs five images
 * on either side.
 */
async function writeSets(): Promise<string> {
  const bright = paintImage(SIZE, { x: 0, y: 0, width: 24, height: 16 }, 255, 0);
  const mask = await bright.clone().png().toBuffer();
  const heads = await writeDataSet(
    'hc18_fetal_head',
    `image,mask,split\n${'1.png,m.png,test\n2.png,m.png,test\n'.repeat(3)}${'1.png,none.png,test\n'.repeat(5)}`,
    {
      '1.png': mask,
      '2.png': await paintImage(SIZE, { x: 0, y: 0, width: 28, height: 16 }, 255, 30).png().toBuffer(),
      'm.png': await paintImage(SIZE, { x: 0, y: 0, width: 12, height: 16 }, 255, 0).png().toBuffer(),
      'none.png': await plain(0),
    },
  );
  const folder = join(heads, '..');
  const add = async (name: string, index: string, light: number): Promise<void> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'index.csv'), index);
    await writeFile(join(folder, name, 'a.png'), await plain(light));
  };
  await add('dsb2018_nuclei', `image,mask\n${'a.png,a.png\n'.repeat(5)}`, 20);
  await add('busi_breast_us', `image,label,split\n${'a.png,normal,test\n'.repeat(5)}a.png,normal,train\n`, 200);
  return folder;
}

const measure = (folder: string, ...args: string[]) =>
  spawnCommand(['presence', '--config', FAKE_CONFIG, '--data', folder, ...args], folder);

describe('medzoo presence', () => {
  it('measures whether a head knows what is there, and the hard cases apart', async () => {
    const folder = await writeSets();
    const { code, stdout, stderr } = await measure(folder, '--json', 'presence.json');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^warning: Covering most of the image .*: 5 masks \((dsb2018_nuclei\/a\.png(, )?){5}\)\.\n$/,
      ),
    ]);
    const report = JSON.parse(await readFile(join(folder, 'presence.json'), 'utf8')) as Report;
    expect(report).toMatchObject({
      head: 'shapes',
      task: 'segmentation',
      target: null,
      n: 21,
      n_failed: 0,
      labels: null,
    });
    expect(report.presence!.fetal_head).toEqual({
      sets: {
        positive: ['hc18_fetal_head'],
        negative: ['busi_breast_us', 'dsb2018_nuclei'],
        left_out: [],
        near: ['busi_breast_us'],
      },
      images: { positive: 6, other: 10, background: 6, empty: 5, near: 5 },
      n_positive_groups: 2,
    });
    // Brightness: heads 0.75 and 0.89, breast 0.78, nuclei 0.08; the empty head is as bright as the first.
    const { metrics } = report;
    expect(metrics.presence_auroc_fetal_head).toMatchObject({ value: 0.75, n: 16 });
    expect(metrics.presence_auroc_fetal_head_near).toMatchObject({ value: 0.5, n: 11 });
    expect(metrics.presence_auroc_fetal_head_empty).toMatchObject({ value: 0.75, n: 11 });
    expect(metrics.presence_auroc_nuclei).toEqual({ value: 1, n: 21 });
    // Five rows of one picture are one group.
    expect(metrics.presence_sensitivity_nuclei).toEqual({ value: 1, n: 5, interval95: [0.025, 1] });
    expect(stdout).toContain('AUROC of presence, fetal head near');
    expect(stdout).toMatch(/fetal_head +6 +10 +6 +5 +5 +busi_breast_us/);
  });

  it('is told which sets show a target all the same', async () => {
    const folder = await writeSets();
    const { stdout } = await measure(folder, '--shows', 'fetal_head=busi_breast_us');
    expect(stdout).toMatch(/fetal_head +6 +5 +6 +5 +0 +busi_breast_us/);
  });

  it('says in one line what is wrong', async () => {
    const folder = await writeSets();
    const lines = await Promise.all([
      measure(folder, '--target', 'nuclei'),
      measure(folder, '--shows', 'fetal_head'),
      measure(folder, '--shows', 'heart=busi_breast_us'),
      measure(folder, '--near', 'nuclei=busi'),
      measure(folder, '--head', 'shade'),
      measure(join(folder, 'busi_breast_us')),
      measure(folder, '--split', 'val'),
      spawnCommand(['evaluate', '--config', FAKE_CONFIG, '--near', 'a=b', '--data', folder], folder),
    ]);
    expect(lines.map(({ code }) => code)).toEqual(lines.map(() => 1));
    expect(lines.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining("error: unknown option '--target'"),
      expect.stringContaining('Expected TARGET=SET'),
      'error: There is no target "heart". There are fetal_head, nuclei.\n',
      'error: There is no set "busi". There are busi_breast_us, dsb2018_nuclei, hc18_fetal_head.\n',
      'error: Presence is measured of a head that segments without prompts; the config has none.\n',
      expect.stringContaining('Presence needs several sets'),
      expect.stringContaining('busi_breast_us: The set has no split "val". There are test, train'),
      expect.stringContaining("error: unknown option '--near'"),
    ]);
  });
});
