import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  createImageSource,
  decodeImage,
  findPixelSize,
  measureMask,
  type Answer,
  type DecodedImage,
  type HeadDescription,
  type ImageSource,
  type MaskEncoding,
  type MaskMeasurements,
  type OutOfDomain,
  type Outcome,
  type Zoo,
} from '@medzoo/core';
import { drawAnswer } from '@medzoo/draw';
import { readImage } from '../files/read-image.js';
import { showPath } from '../files/show-path.js';
import { masksOf } from './answer-parts.js';
import type { ReadingOptions } from '../files/reading-options.js';
import type { Picture, Study } from './inputs/arrange-inputs.js';
import type { Requests } from './request-heads.js';

interface Placed {
  readonly file: string;
  /** Its place in the study. */
  readonly index: number;
  readonly picture: Picture;
}

/** What the heads answered about one picture. */
export interface AnalyzedPicture extends Placed {
  readonly image: Pick<DecodedImage, 'width' | 'height' | 'format' | 'view'>;
  readonly heads: readonly HeadReport[];
}

/** What came of one picture: the outcome of each head, or why there is none. */
export type PictureReport = AnalyzedPicture | (Placed & { readonly error: unknown });

export interface HeadReport {
  readonly id: string;
  readonly outcome: Outcome<Answer>;
  /** Of each mask, in its order; in millimetres where the file says how large a pixel is. */
  readonly measurements: readonly MaskMeasurements[];
  /** The file name of what was drawn of the answer. */
  readonly picture: string | undefined;
}

export interface StudyOptions extends ReadingOptions {
  readonly zoo: Zoo;
  readonly requests: Requests;
  readonly outOfDomain: OutOfDomain;
  readonly encodings: readonly MaskEncoding[];
  /** The path that outputs of a picture begin with. */
  readonly prefixOf: (picture: Picture, index: number) => string;
  readonly onReport: (report: PictureReport) => void;
}

/**
 * Asks all heads about each picture of a study, one after the other: of a file, only its bytes and one frame are in
 * memory.
 */
export async function analyzeStudy({ pictures }: Study, options: StudyOptions): Promise<PictureReport[]> {
  const reports: PictureReport[] = [];
  let last: { readonly file: string; readonly source: ImageSource } | undefined;
  for (const [index, picture] of pictures.entries()) {
    const { file } = picture;
    let report: PictureReport;
    try {
      if (last?.file !== file) last = { file, source: await createImageSource(await readImage(file, options.limits)) };
      report = await analyzePicture(last.source, picture, index, options);
    } catch (error) {
      report = { file: showPath(file), index, picture, error };
    }
    reports.push(report);
    options.onReport(report);
  }
  return reports;
}

async function analyzePicture(
  source: ImageSource,
  picture: Picture,
  index: number,
  { zoo, requests, encodings, outOfDomain, decoders, limits, prefixOf }: StudyOptions,
): Promise<AnalyzedPicture> {
  const { view } = picture;
  const image = await decodeImage(source.bytes, limits, { decoders, view });
  const heads: HeadReport[] = [];
  // One after the other, so that each head's milliseconds are its own; the embedding is made once all the same.
  for (const [id, params] of Object.entries(requests)) {
    const outcome = (await zoo.analyze(source, { [id]: params }, { view, encodings, outOfDomain }))[id]!;
    const path = outcome.ok ? `${prefixOf(picture, index)}.${id}.png` : undefined;
    if (outcome.ok && path) await writeFile(path, await drawAnswer(image, outcome.value));
    heads.push({ id, outcome, measurements: measureOutcome(outcome), picture: path && basename(path) });
  }
  const { width, height, format, view: used } = image;
  const file = showPath(picture.file);
  return { file, index, picture, image: { width, height, format, view: used }, heads };
}

/** Whether nothing failed. A head that does not answer about an image of another kind has not. */
export function isWhole(report: PictureReport): boolean {
  return 'heads' in report && report.heads.every(({ outcome }) => outcome.ok || outcome.domain !== undefined);
}

function measureOutcome(outcome: Outcome<Answer>): MaskMeasurements[] {
  if (!outcome.ok) return [];
  const { spacing } = outcome.provenance.view;
  return masksOf(outcome.value).map(({ rle, boundingBox }) => measureMask(rle, findPixelSize(spacing, boundingBox)));
}

/** The heads that were asked, in the order of the answers. */
export function headsOf(heads: readonly HeadDescription[], reports: readonly HeadReport[]): HeadDescription[] {
  return reports.map(({ id }) => heads.find(({ manifest }) => manifest.id === id)!);
}
