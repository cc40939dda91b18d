import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import sharp from 'sharp';
import {
  readDicomSource,
  toGeoJson,
  writeCoco,
  writeCsv,
  writeNifti,
  writeOverlays,
  writeReport,
  writeRtStruct,
  writeSeg,
  type AnsweredFrame,
} from '../src/index.js';
import { CONCEPTS, drawMask, NOTHING, PROVENANCE, RING, segmentation, SPOT } from './answers.js';
import { drawEnhanced, drawSlice, drawUltrasound } from './dicom-files.js';

/** A file that was written, and what a reader has to find in it. */
interface Sample {
  readonly file: string;
  readonly kind: string;
  readonly sources?: readonly string[];
  /** By label, a plane of 0 and 1 for each slice in the order of `sources`, or of frames of the only one. */
  readonly masks?: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly expected?: unknown;
}

/** Writes one file of every kind, and `samples.json`, for readers that are not ours. */
export async function writeSamples(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const samples: Sample[] = [];
  const save = async (sample: Sample, bytes: Uint8Array | string): Promise<void> => {
    samples.push(sample);
    await writeFile(join(folder, sample.file), bytes);
  };
  const cases = await drawCases(folder);
  for (const [name, { frames, sources }] of Object.entries(cases)) {
    const masks = masksOf(frames);
    for (const type of ['BINARY', 'LABELMAP', 'FRACTIONAL'] as const) {
      const chosen = type === 'LABELMAP' ? only(frames, 'lungs') : frames;
      const { bytes } = await writeSeg(chosen.map(withProbabilities), { concepts: CONCEPTS, type });
      await save({ file: `${name}-${type}.dcm`, kind: type, sources, masks: masksOf(chosen) }, bytes);
    }
    await save(
      { file: `${name}-rtstruct.dcm`, kind: 'RTSTRUCT', sources, masks },
      (await writeRtStruct(frames, { concepts: CONCEPTS })).bytes,
    );
    for (const label of Object.keys(masks)) {
      const { bytes } = await writeNifti(frames, { labels: [label] });
      await save({ file: `${name}-${label}.nii.gz`, kind: 'NIfTI', sources, masks: { [label]: masks[label]! } }, bytes);
    }
  }
  await writeOthers(cases.series!.frames, save, folder);
  await writeFile(join(folder, 'samples.json'), JSON.stringify(samples));
  return samples;
}

interface Case {
  readonly frames: readonly AnsweredFrame[];
  readonly sources: readonly string[];
}

/** A series, a tilted one of unequal pixels, and a multi-frame file of which some frames are asked about. */
async function drawCases(folder: string): Promise<Record<string, Case>> {
  const oblique = '0.6\\0.8\\0\\0\\0\\-1';
  const series = [6, 0, 3].map((z) => drawSlice(z));
  const tilted = [0, 2.5, 5].map((y) =>
    drawSlice(y, { '00200037 DS': oblique, '00200032 DS': `${0.8 * y}\\${-0.6 * y}\\40` }),
  );
  const contents = [segmentation(RING, NOTHING), segmentation(RING, SPOT), segmentation(NOTHING, RING_MOVED)];
  const ofFiles = async (name: string, files: readonly Uint8Array[]): Promise<Case> => {
    const sources = files.map((_, index) => `source-${name}-${index}.dcm`);
    await Promise.all(files.map((file, index) => writeFile(join(folder, sources[index]!), file)));
    const frames = files.map((file, index) => ({
      source: readDicomSource(file),
      value: contents[index]!,
      provenance: PROVENANCE,
    }));
    return { frames, sources };
  };
  const enhanced = drawEnhanced([0, 2, 4, 6]);
  await writeFile(join(folder, 'source-enhanced.dcm'), enhanced);
  const source = readDicomSource(enhanced);
  return {
    series: await ofFiles('series', series),
    tilted: await ofFiles('tilted', tilted),
    enhanced: {
      sources: ['source-enhanced.dcm'],
      frames: contents.map((value, frame) => ({ source, frame: frame + 1, value, provenance: PROVENANCE })),
    },
  };
}

const RING_MOVED = { ...drawMask('lungs', (x, y) => x > 2 && y > 3 && (x + y) % 5 > 1) };

async function writeOthers(
  frames: readonly AnsweredFrame[],
  save: (sample: Sample, bytes: Uint8Array | string) => Promise<void>,
  folder: string,
): Promise<void> {
  const ultrasound = drawUltrasound();
  await writeFile(join(folder, 'source-us.dcm'), ultrasound);
  const us = {
    source: readDicomSource(ultrasound),
    value: segmentation(RING, SPOT),
    provenance: PROVENANCE,
    pixelSize: { x: 0.2, y: 0.4 },
  };
  const report = await writeReport([us], { concepts: CONCEPTS });
  // Lungs: 66 pixels (63 + 12 - 9 in the hole) in two parts; the polyp is 4 x 5.
  await save(
    {
      file: 'us-sr.dcm',
      kind: 'SR',
      sources: ['source-us.dcm'],
      expected: { groups: 4, regions: 3, polypArea: 20 * 0.08 },
    },
    report.bytes,
  );
  await save({ file: 'series-sr.dcm', kind: 'SR', expected: { groups: undefined } }, (await writeReport(frames)).bytes);
  const pixels = Uint8Array.from({ length: 30 * 20 * 3 }, (_, at) => (at * 7) % 251);
  const picture = await sharp(pixels, { raw: { width: 30, height: 20, channels: 3 } })
    .png()
    .toBuffer();
  const [overlay] = await writeOverlays([{ ...us, picture }]);
  await save(
    {
      file: 'us-sc.dcm',
      kind: 'SC',
      sources: ['source-us.dcm'],
      expected: { width: 30, height: 20, pixels: [...pixels] },
    },
    overlay!.bytes,
  );

  const named = frames.map((frame, index) => ({ ...frame, image: `image ${index}.png` }));
  const masks = masksOf(frames);
  await save({ file: 'masks.geojson', kind: 'GeoJSON', masks }, JSON.stringify(toGeoJson(named)));
  await save(
    { file: 'coco.json', kind: 'COCO', masks },
    await joinPieces(writeCoco(named, { labels: ['polyp', 'lungs'] })),
  );
  const outcomes = named.map(({ image, value, provenance }) => ({
    image: `=${image}, "a"`,
    head: 'automed',
    outcome: { ok: true as const, value, provenance },
  }));
  await save({ file: 'masks.csv', kind: 'CSV', masks }, await joinPieces(writeCsv(outcomes)));
}

async function joinPieces(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

function only(frames: readonly AnsweredFrame[], label: string): AnsweredFrame[] {
  return frames.map((frame) => ({
    ...frame,
    value: segmentation(...frame.value.masks.filter((mask) => mask.label === label)),
  }));
}

/**
 * Probabilities whose half is near the mask's outline: enough to be told from a wrong orientation or order of frames.
 */
function withProbabilities(frame: AnsweredFrame): AnsweredFrame {
  const size = { width: 10, height: 6 };
  const masks = frame.value.masks.map((mask): ImageMask => {
    const bitmap = decodeRle(mask.rle);
    const values = Float32Array.from({ length: 60 }, (_, at) => {
      const [x, y] = [at % 10, Math.floor(at / 10)];
      return bitmap[2 * y * 20 + 2 * x] === 1 ? 0.9 : 0.1 + 0.01 * x;
    });
    return { ...mask, probabilities: { size, values } };
  });
  return { ...frame, value: segmentation(...masks) };
}

function masksOf(frames: readonly AnsweredFrame[]): Record<string, number[][]> {
  const labels = [...new Set(frames.flatMap(({ value }) => value.masks.map(({ label }) => label)))];
  return Object.fromEntries(
    labels.map((label) => [
      label,
      frames.map(({ value, source }) => {
        const mask = value.masks.find((candidate) => candidate.label === label);
        return mask ? [...decodeRle(mask.rle)] : new Array<number>(source.size.width * source.size.height).fill(0);
      }),
    ]),
  );
}
