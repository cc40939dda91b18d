import { gunzipSync } from 'node:zlib';
import { ZooError, type Answer, type Domain, type ImageMask, type Provenance } from '@medzoo/core/contract';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CONCEPTS, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../test/answers.js';
import { drawSlice } from '../test/dicom-files.js';
import { itemsAt, readDicom, textOf } from '../test/read-dicom.js';
import {
  toGeoJson,
  toRleMasks,
  writeCoco,
  writeCsv,
  writeNifti,
  writeReport,
  writeRtStruct,
  writeSeg,
} from './index.js';
import { readDicomSource } from './source/dicom-source.js';

const ABROAD: Domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
const AT_HOME: Domain = { score: 0, threshold: 1, inDomain: true, nearest: 'colonoscopy' };
/** The head is sure of it, and nobody looked: the image is of another kind. */
const REFUSED: ImageMask = { ...NOTHING, presence: 0.97, domain: ABROAD, absentBecause: 'domain' };
const UNSURE: ImageMask = { ...RING, domain: ABROAD };
/** Not found on an image of another kind, where it may be all the same. */
const UNSEEN: ImageMask = { ...NOTHING, presence: 0.2, domain: ABROAD, absentBecause: 'presence' };

const named = (...masks: readonly ImageMask[]) => ({
  image: 'a.png',
  value: segmentation(...masks),
  provenance: PROVENANCE,
});
const slice = (z: number, ...masks: readonly ImageMask[]) => ({
  source: readDicomSource(drawSlice(z)),
  value: segmentation(...masks),
  provenance: PROVENANCE,
});

async function join(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

async function rowsOf(value: Answer): Promise<Record<string, string>[]> {
  const outcome = { ok: true, value, provenance: PROVENANCE } as const;
  return parse(await join(writeCsv([{ image: 'a.png', head: 'h', outcome }])), { columns: true });
}

/** The comments of a report, by group. */
async function commentsOf(value: Answer): Promise<(string | undefined)[]> {
  return (await groupsOf(value)).map(({ comment }) => comment);
}

/** Of each group of a report its comment, and how many numbers it has. */
async function groupsOf(value: Answer, provenance: Provenance = PROVENANCE) {
  const source = readDicomSource(drawSlice(0));
  const { bytes } = await writeReport([{ source, value, provenance }], { concepts: CONCEPTS });
  const content = itemsAt(readDicom(bytes), 'x0040a730');
  const groups = itemsAt(content.at(-1)!, 'x0040a730');
  const nameOf = (item: (typeof groups)[number]) => textOf(itemsAt(item, 'x0040a043')[0]!, 'x00080104');
  return groups.map((group) => {
    const comment = itemsAt(group, 'x0040a730').find((item) => nameOf(item) === 'Comment');
    const numbers = itemsAt(group, 'x0040a730').filter((item) => textOf(item, 'x0040a040') === 'NUM').length;
    return { comment: comment && textOf(comment, 'x0040a160'), numbers };
  });
}

describe('a target that is not answered, as the image is of another kind', () => {
  it('is told from one that is not there in tables and lists', async () => {
    const refused = { absentBecause: 'domain', inDomain: false, nearest: 'photograph' };
    expect(toGeoJson([named(REFUSED)]).features[0]!.properties).toMatchObject(refused);
    expect(toRleMasks(named(REFUSED)).masks[0]).toMatchObject(refused);
    const row = { absent_because: 'domain', in_domain: 'false', nearest: 'photograph', error: '' };
    expect((await rowsOf(segmentation(REFUSED)))[0]).toMatchObject(row);
    const unknown = { absentBecause: null, inDomain: null, nearest: null };
    expect(toRleMasks(named(NOTHING)).masks[0]).toMatchObject(unknown);
    expect((await rowsOf(segmentation(NOTHING)))[0]).toMatchObject({ absent_because: '', in_domain: '', nearest: '' });
  });

  it('is no negative of a data set', async () => {
    const images = [named(REFUSED, UNSURE), { ...named(NOTHING), image: 'b.png' }];
    const coco = JSON.parse(await join(writeCoco(images, { labels: ['lungs', 'polyp'] }))) as {
      images: object[];
      annotations: object[];
    };
    expect(coco.images[0]).toMatchObject({ not_exhaustive_category_ids: [2] });
    expect(coco.images[1]).not.toHaveProperty('not_exhaustive_category_ids');
    expect(coco.annotations).toMatchObject([{ category_id: 1, in_domain: false, nearest: 'photograph' }]);
  });

  it('is called so in a report, and not "not found"', async () => {
    const words = 'Not answered: the image is not of the kind that this target was trained on. Nearest: photograph.';
    // An area of 0 would be a measurement, and its certainty one of a finding.
    expect(await groupsOf(segmentation(REFUSED))).toEqual([{ comment: words, numbers: 0 }]);
    const home = segmentation({ ...NOTHING, domain: AT_HOME });
    expect(await groupsOf(home)).toEqual([{ comment: 'No outline: the target was not found.', numbers: 2 }]);
  });

  it('is no negative either where it was not found', async () => {
    const text = await join(writeCoco([named(UNSEEN)], { labels: ['polyp'] }));
    expect((JSON.parse(text) as { images: object[] }).images).toMatchObject([{ not_exhaustive_category_ids: [1] }]);
    const [group] = await groupsOf(segmentation(UNSEEN));
    expect(group!.comment).toMatch(/^No outline: the target was not found\. Unsure: /);
    const seg = readDicom((await writeSeg([slice(0, UNSEEN)], { concepts: CONCEPTS })).bytes);
    expect(textOf(itemsAt(seg, 'x00620002')[0]!, 'x00620006')).toMatch(/^Unsure on 1 of 1 image: /);
  });

  it('is described in segmentations, structure sets and volumes', async () => {
    const frames = [slice(0, REFUSED, RING), slice(3, { ...SPOT, domain: AT_HOME }, RING)];
    const expected = 'Not answered on 1 of 2 images: not of the kind that this target was trained on.';
    const seg = readDicom((await writeSeg(frames, { concepts: CONCEPTS })).bytes);
    expect(itemsAt(seg, 'x00620002').map((item) => textOf(item, 'x00620006'))).toEqual([expected, undefined]);
    const structures = readDicom((await writeRtStruct(frames)).bytes);
    expect(itemsAt(structures, 'x30060020').map((item) => textOf(item, 'x30060028'))).toEqual([expected, undefined]);
    const descriptionOf = async (labels: string[]) =>
      gunzipSync((await writeNifti(frames, { labels })).bytes).toString('latin1', 148, 228);
    expect(await descriptionOf(['polyp'])).toContain('; not answered everywhere');
    expect(await descriptionOf(['lungs'])).not.toContain('not answered');
  });
});

describe('an answer about an image of another kind', () => {
  const scores = [
    { label: 'polyp', probability: 0.9, threshold: 0.5 },
    { label: 'lungs', probability: 0.1, threshold: 0.5 },
  ];
  const unsure = 'Unsure: the image is not of the kind that this was trained on. Nearest: photograph.';
  const answersIn = (domain: Domain): readonly Answer[] => [
    { task: 'classification', label: 'polyp', scores, domain },
    { task: 'multilabel', labels: ['polyp'], scores, domain },
    { task: 'regression', values: [{ label: 'polyp', value: 3, unit: 'mm' }], domain },
    { task: 'keypoints', points: [{ label: 'polyp', point: { x: 3, y: 4 } }], domain },
    segmentation({ ...SPOT, domain }),
  ];
  it.each(answersIn(ABROAD))('says so in its row and its report: $task', async (value) => {
    for (const row of await rowsOf(value)) expect(row).toMatchObject({ in_domain: 'false', nearest: 'photograph' });
    for (const comment of await commentsOf(value)) expect(comment).toBe(unsure);
  });

  it.each(answersIn(AT_HOME))('says nothing in the report of one at home: $task', async (value) => {
    for (const row of await rowsOf(value)) expect(row).toMatchObject({ in_domain: 'true', nearest: 'colonoscopy' });
    for (const comment of await commentsOf(value)) expect(comment).toBeUndefined();
  });

  it('says so beside what else there is to say', async () => {
    const points = [{ label: 'polyp', point: null, absentBecause: 'outside' }] as const;
    const value: Answer = { task: 'keypoints', points, domain: ABROAD };
    expect(await commentsOf(value)).toEqual([`No place: the point was not found in the image. ${unsure}`]);
    expect((await rowsOf(value))[0]).toMatchObject({ absent_because: 'outside', in_domain: 'false' });
    expect((await commentsOf(segmentation(UNSURE)))[0]).toMatch(/^2 separate parts; .*\. Unsure: /);
  });

  it('says so in a segmentation', async () => {
    const seg = readDicom((await writeSeg([slice(0, UNSURE)], { concepts: CONCEPTS })).bytes);
    expect(textOf(itemsAt(seg, 'x00620002')[0]!, 'x00620006')).toBe(
      'Unsure on 1 of 1 image: not of the kind that this target was trained on.',
    );
  });

  it('is told with what the answer itself warns of, such as another modality', async () => {
    const warning = 'The file is of modality CT, and the head "h" was trained on MR: its answer may mean nothing.';
    const provenance = { ...PROVENANCE, warnings: [warning] };
    const frame = { ...slice(0, SPOT), provenance };
    const outcome = { ok: true, value: frame.value, provenance } as const;
    const table = await join(writeCsv([{ image: 'a.png', head: 'h', outcome }]));
    expect(parse(table, { columns: true })).toMatchObject([{ warnings: warning }]);
    expect((await groupsOf(frame.value, provenance))[0]!.comment).toBe(warning);
    const seg = readDicom((await writeSeg([frame, { ...slice(3, SPOT), provenance }], { concepts: CONCEPTS })).bytes);
    expect(textOf(itemsAt(seg, 'x00620002')[0]!, 'x00620006')).toBe(warning);
    const structures = readDicom((await writeRtStruct([frame])).bytes);
    expect(textOf(itemsAt(structures, 'x30060020')[0]!, 'x30060028')).toBe(warning);
  });

  it('is a row with the kind where the head refused it', async () => {
    const error = new ZooError('OUT_OF_DOMAIN', 'Of another kind.');
    const outcome = { ok: false, error, domain: ABROAD, provenance: PROVENANCE } as const;
    const text = await join(writeCsv([{ image: 'a.png', head: 'h', outcome }]));
    const row = { error: 'OUT_OF_DOMAIN', in_domain: 'false', nearest: 'photograph' };
    expect(parse(text, { columns: true })).toMatchObject([row]);
  });
});
