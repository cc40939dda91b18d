import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import {
  createZoo,
  decodeImage,
  type DecodedImage,
  type HeadDescription,
  type OutOfDomain,
  type Zoo,
  type ZooConfig,
} from '@medzoo/core';
import { drawAnswer } from '@medzoo/draw';
import { describeError } from '../describe-error.js';
import { readImage } from '../read-image.js';
import { readPackageVersion } from '../read-package-version.js';
import { showPath } from '../show-path.js';
import { formatTable } from '../terminal/format-table.js';
import { ANSWER_COLUMNS, answerRows, TIMING_COLUMNS, timingRow } from './answer-rows.js';
import { formatAnswers, type HeadReport, type ImageReport } from './answers-file.js';
import { nameOutputs } from './name-outputs.js';
import { requestHeads, type Prompts, type Requests } from './request-heads.js';

export interface AnalyzeOptions {
  readonly config: ZooConfig;
  readonly images: readonly string[];
  /** Where pictures and answers.json go. */
  readonly out: string;
  /** The heads to run; the automatic ones if left out. */
  readonly heads: readonly string[] | undefined;
  readonly prompts: Prompts;
  readonly outOfDomain: OutOfDomain;
}

/** Runs heads on images, prints what they answer and writes it; resolves to the exit code, 1 if anything failed; a head that does not answer about an image of another kind has not. */
export async function runAnalyze(options: AnalyzeOptions): Promise<number> {
  const { config, images, out, heads, prompts, outOfDomain } = options;
  // Warm, so that the milliseconds of the first image are those of any other.
  const zoo = await createZoo({ ...config, warmUp: true });
  try {
    const requests = requestHeads(zoo.heads, heads, prompts);
    await mkdir(out, { recursive: true });
    const names = nameOutputs(images);
    const reports: ImageReport[] = [];
    for (const [index, file] of images.entries()) {
      reports.push(await showImage(zoo, { requests, outOfDomain }, file, join(out, names[index]!)));
    }
    await writeFile(join(out, 'answers.json'), formatAnswers(readPackageVersion(), reports));
    console.log(`${styleText('bold', 'Not for diagnosis.')} Pictures and answers.json are in ${showPath(out)}.`);
    return reports.every(isWhole) ? 0 : 1;
  } finally {
    await zoo.close();
  }
}

interface Asked extends Pick<AnalyzeOptions, 'outOfDomain'> {
  readonly requests: Requests;
}

/** One image's part of the output. An image that cannot be read is a line on stderr, and the others go on. */
async function showImage(
  zoo: Zoo,
  { requests, outOfDomain }: Asked,
  file: string,
  prefix: string,
): Promise<ImageReport> {
  const name = showPath(file);
  try {
    const bytes = await readImage(file);
    const image = await decodeImage(bytes);
    const reports: HeadReport[] = [];
    // One after the other, so that each head's milliseconds are its own; the embedding is made once all the same.
    for (const [id, params] of Object.entries(requests)) {
      const outcome = (await zoo.analyze(bytes, { [id]: params }, { outOfDomain }))[id]!;
      const picture = outcome.ok ? `${prefix}.${id}.png` : undefined;
      if (outcome.ok && picture) await writeFile(picture, await drawAnswer(image, outcome.value));
      reports.push({ id, outcome, picture: picture && basename(picture) });
    }
    const asked = reports.map(({ id }) => zoo.heads.find(({ manifest }) => manifest.id === id)!);
    console.log(formatImage(name, image, asked, reports));
    return { file: name, heads: reports };
  } catch (error) {
    const message = describeError(error);
    console.error(`${styleText('red', name, { stream: process.stderr })}: ${message}`);
    return { file: name, error: message };
  }
}

function formatImage(
  name: string,
  image: DecodedImage,
  heads: readonly HeadDescription[],
  reports: readonly HeadReport[],
): string {
  const title = `${styleText('bold', name)}  ${image.width} × ${image.height} ${image.format}`;
  const answers = heads.flatMap((head, index) => answerRows(head, reports[index]!.outcome));
  const timings = heads.map((head, index) => timingRow(head, reports[index]!.outcome, reports[index]!.picture));
  return [title, formatTable(ANSWER_COLUMNS, answers), '', formatTable(TIMING_COLUMNS, timings), ''].join('\n');
}

function isWhole(report: ImageReport): boolean {
  return 'heads' in report && report.heads.every(({ outcome }) => outcome.ok || outcome.domain !== undefined);
}
