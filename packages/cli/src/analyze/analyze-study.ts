import { basename } from 'node:path';
import { Readable } from 'node:stream';
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
import { DiskFullError, writeOutput } from '../files/write-output.js';
import { masksOf } from './answers/answer-parts.js';
import type { ReadingOptions } from '../files/reading-options.js';
import type { Picture, Study } from './inputs/arrange-inputs.js';
import type { Requests } from './requests/request-heads.js';

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
  /** The file name of what was drawn of the answer; undefined if nothing was. */
  readonly picture: string | undefined;
}

export interface StudiesOptions extends ReadingOptions {
  readonly zoo: Zoo;
  readonly requests: Requests;
  readonly outOfDomain: OutOfDomain;
  readonly encodings: readonly MaskEncoding[];
  readonly drawsPictures: boolean;
  readonly picturesAtOnce: number;
}

export interface StudyToAnalyze {
  readonly study: Study;
  /** The path that outputs of a picture begin with. */
  readonly prefixOf: (picture: Picture, index: number) => string;
}

interface Task extends StudyToAnalyze {
  readonly picture: Picture;
  readonly index: number;
}

/**
 * Asks all heads about each picture of all studies, a few pictures at one time, and gives the reports in the order of
 * the pictures. Of a file, only its bytes and the frames at hand are in memory.
 */
export function analyzeStudies(
  studies: readonly StudyToAnalyze[],
  options: StudiesOptions,
): AsyncIterable<PictureReport> {
  const readSource = keepLast((file) => readImage(file, options.limits).then((bytes) => createImageSource(bytes)));
  const report = async (task: Task): Promise<PictureReport> => {
    const { picture, index } = task;
    try {
      return await analyzePicture(await readSource(picture.file), task, options);
    } catch (error) {
      if (error instanceof DiskFullError) throw error; // which is not this picture's fault
      return { file: showPath(picture.file), index, picture, error };
    }
  };
  return Readable.from(listTasks(studies)).map(report, { concurrency: options.picturesAtOnce });
}

function* listTasks(studies: readonly StudyToAnalyze[]): Generator<Task> {
  for (const one of studies)
    for (const [index, picture] of one.study.pictures.entries()) yield { ...one, picture, index };
}

/** The frames of a file come one after the other: it is read once, and forgotten when the next file is. */
function keepLast(read: (file: string) => Promise<ImageSource>): (file: string) => Promise<ImageSource> {
  let last: { readonly file: string; readonly source: Promise<ImageSource> } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, source: read(file) };
    return last.source;
  };
}

async function analyzePicture(
  source: ImageSource,
  { picture, index, prefixOf }: Task,
  { zoo, requests, encodings, outOfDomain, drawsPictures, decoders, limits }: StudiesOptions,
): Promise<AnalyzedPicture> {
  const { view } = picture;
  let decoding: Promise<DecodedImage> | undefined;
  const decode = (): Promise<DecodedImage> => (decoding ??= decodeImage(source.bytes, limits, { decoders, view }));
  const heads: HeadReport[] = [];
  // One after the other, so that each head's milliseconds are its own; the embedding is made once all the same.
  for (const [id, params] of Object.entries(requests)) {
    const outcome = (await zoo.analyze(source, { [id]: params }, { view, encodings, outOfDomain }))[id]!;
    // What cannot be decoded is a fault of the file, said once, and not one of every head.
    if (!outcome.provenance) await decode();
    const path = outcome.ok && drawsPictures ? `${prefixOf(picture, index)}.${id}.png` : undefined;
    if (outcome.ok && path) await writeOutput(path, await drawAnswer(await decode(), outcome.value));
    heads.push({ id, outcome, measurements: measureOutcome(outcome), picture: path && basename(path) });
  }
  const image = describeImage(heads) ?? (await decode());
  const { width, height, format, view: used } = image;
  const file = showPath(picture.file);
  return { file, index, picture, image: { width, height, format, view: used }, heads };
}

/** As the zoo has read it, which spares a second decoding where nothing is drawn; undefined where no head was run. */
function describeImage(heads: readonly HeadReport[]): AnalyzedPicture['image'] | undefined {
  const provenance = heads.find(({ outcome }) => outcome.provenance)?.outcome.provenance;
  return provenance && { ...provenance.image, view: provenance.view };
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
