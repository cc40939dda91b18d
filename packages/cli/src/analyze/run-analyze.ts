import { join } from 'node:path';
import { styleText } from 'node:util';
import { describeUntrained, type HeadDescription, type ImageView, type OutOfDomain } from '@medzoo/core';
import { makeFolder } from '@medzoo/core/model';
import type { ExportFormat, SegmentationType } from '@medzoo/export';
import { CommandError } from '../command-error.js';
import { describeError } from '../describe-error.js';
import { readPackageVersion } from '../read-package-version.js';
import { showPath } from '../files/show-path.js';
import { writeOutput } from '../files/write-output.js';
import { countOf } from '../terminal/format.js';
import { listNames } from '../terminal/list-names.js';
import { analyzeStudies, isWhole, type PictureReport } from './analyze-study.js';
import { formatAnswers, type StudyReport, type UnreadFile } from './answers/answers-file.js';
import { checkReplaced } from './check-replaced.js';
import { exportStudy } from './exports/export-study.js';
import { exportTables } from './exports/export-tables.js';
import { arrangeInputs, type Picture, type Study } from './inputs/arrange-inputs.js';
import { findFiles } from './inputs/find-files.js';
import { awaitInterruption, type Interruption } from './interruption.js';
import { measureVolumes } from './answers/measure-volumes.js';
import { nameOutputs } from './name-outputs.js';
import { openZoo, type ZooSource } from './open-zoo.js';
import { formatPicture, formatSlices } from './print/print-study.js';
import { requestHeads, type Prompts } from './requests/request-heads.js';
import { createStudyProgress } from './print/study-progress.js';
import { formatMedianTimings } from './print/timing-tables.js';
import { warnOfStudy } from './warn-of-files.js';

export interface AnalyzeOptions extends ZooSource {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** Which picture of each file. */
  readonly view: ImageView;
  /**
   * Which frames of a file that has several; by default all of DICOM and of volumes, and of other files the usual one.
   */
  readonly frames: 'usual' | 'all' | 'one';
  /** Where pictures and answers.json go. */
  readonly out: string;
  /** The heads to run; the automatic ones if left out. */
  readonly heads: readonly string[] | undefined;
  readonly prompts: Prompts;
  readonly outOfDomain: OutOfDomain;
  /** What to write beside pictures and answers.json. */
  readonly formats: readonly ExportFormat[];
  readonly segmentationType: SegmentationType;
  /** Write over answers about other images. */
  readonly replace: boolean;
  /** Whether a picture of each answer is drawn. */
  readonly drawsPictures: boolean;
}

/** What shells call a command that ctrl-C ended. */
const INTERRUPTED = 130;
/** How many of the files that were passed over are named. */
const SHOWN_NAMES = 5;

/**
 * Runs heads on images, prints what they answer and writes it; resolves to the exit code: 1 if anything failed, 130 if
 * it was stopped, after what was done by then is written. A head that does not answer about an image of another kind
 * has not failed.
 */
export async function runAnalyze({ config, configModule, out, ...options }: AnalyzeOptions): Promise<number> {
  const { decoders, limits } = config;
  const { studies, unread } = await readInputs({ config, ...options });
  if (!options.replace) await checkReplaced(out, [...filesOf(studies), ...unread.map(({ file }) => file)]);
  await makeFolder(out).catch(() => {
    throw new CommandError(`${showPath(out)} cannot be made a folder for the results. Name another with --out.`);
  });
  const pictures = studies.reduce((sum, study) => sum + study.pictures.length, 0);
  const { zoo, picturesAtOnce } = await openZoo({ config, configModule }, pictures);
  const showsTimings = picturesAtOnce === 1; // else a stage takes as long as the others let it: medians say more
  let answered: AsyncIterator<PictureReport> | undefined;
  const interruption = awaitInterruption();
  try {
    const { heads } = zoo;
    const { outOfDomain, drawsPictures } = options;
    const requests = requestHeads(heads, options.heads, options.prompts);
    let faults = 0;
    const onFault = (what: string, error: unknown): void => {
      faults += 1;
      printFault(what, error);
    };
    const exporting = {
      formats: options.formats,
      segmentationType: options.segmentationType,
      heads,
      onFault,
      onNote: printWarning,
    };
    const encodings = options.segmentationType === 'FRACTIONAL' ? (['probabilities'] as const) : [];
    const names = nameOutputs(studies.map(({ path }) => path));
    const asked = heads.filter(({ manifest }) => manifest.id in requests);
    warnOfUntrained(asked);
    const toAnalyze = studies.map((study, index) => ({ study, prefixOf: prefixes(study, join(out, names[index]!)) }));
    const asking = { zoo, requests, decoders, limits, encodings, outOfDomain, drawsPictures, picturesAtOnce };
    answered = analyzeStudies(toAnalyze, asking)[Symbol.asyncIterator]();
    const reports: StudyReport[] = [];
    for (const [index, study] of studies.entries()) {
      for (const warning of warnOfStudy(study, asked, options.formats)) printWarning(study.title, warning);
      const report = await showStudy(study, answered, { heads, showsTimings }, interruption);
      if (report.pictures.length > 0) reports.push(report);
      if (interruption.isStopped()) break;
      await exportStudy(report, study.title, join(out, names[index]!), exporting);
    }
    if (interruption.isStopped() && reports.length === 0) {
      console.error('Stopped before the first picture was done; answers.json was not written.');
      return INTERRUPTED;
    }
    await exportTables(reports, unread, out, exporting);
    await writeOutput(join(out, 'answers.json'), formatAnswers(readPackageVersion(), reports, unread));
    const done = reports.flatMap(({ pictures: all }) => all);
    if (interruption.isStopped()) {
      console.error(
        `Stopped: answers.json in ${showPath(out)} has what was done, ${done.length} of ${pictures} pictures.`,
      );
      return INTERRUPTED;
    }
    if (!showsTimings) tellTimings(done);
    tellPlace(out, done, drawsPictures);
    return unread.length + faults === 0 && done.every(isWhole) ? 0 : 1;
  } finally {
    interruption.release();
    await answered?.return?.();
    await zoo.close();
  }
}

/** What there is to analyze, and files that cannot be read; tells of these and of those that were passed over. */
async function readInputs({
  config: { decoders, limits },
  paths,
  view,
  frames,
}: Pick<AnalyzeOptions, 'config' | 'paths' | 'view' | 'frames'>): Promise<{
  readonly studies: readonly Study[];
  readonly unread: readonly UnreadFile[];
}> {
  const unread: UnreadFile[] = [];
  const onError = (path: string, error: unknown): void => {
    const file = showPath(path);
    unread.push({ file, error });
    printFault(file, error);
  };
  const files = await findFiles(paths, onError);
  const { studies, passedOver } = await arrangeInputs(files, { decoders, limits, view, frames, onError });
  if (passedOver.length > 0) {
    const names = listNames(passedOver.map(showPath), SHOWN_NAMES);
    console.error(`${countOf(passedOver.length, 'file')} in folders passed over, no images for a head: ${names}.`);
  }
  if (studies.length + unread.length === 0) {
    throw new CommandError('There is no image to analyze. Name files, or folders that hold images.');
  }
  return { studies, unread };
}

function warnOfUntrained(heads: readonly HeadDescription[]): void {
  for (const head of heads) {
    const warning = describeUntrained(head);
    if (warning !== undefined) printWarning(head.manifest.id, warning);
  }
}

function filesOf(studies: readonly Study[]): string[] {
  return studies.flatMap(({ pictures }) => pictures.map(({ file }) => showPath(file)));
}

function tellTimings(done: readonly PictureReport[]): void {
  const timings = formatMedianTimings(done.flatMap((report) => ('heads' in report ? [report.heads] : [])));
  if (timings !== '') console.log(`${timings}\n`);
}

function tellPlace(out: string, done: readonly PictureReport[], drawsPictures: boolean): void {
  if (done.every((report) => 'error' in report))
    console.error(`No image could be analyzed; answers.json in ${showPath(out)} has the reasons.`);
  else {
    const written = drawsPictures ? 'Pictures and answers.json are' : 'answers.json is';
    console.log(`${styleText('bold', 'Not for diagnosis.')} ${written} in ${showPath(out)}.`);
  }
}

/**
 * One study's part of the output: as many of the answers as it has pictures. A picture that cannot be read is a line on
 * stderr, and the others go on. If the run is stopped, it is the pictures until then, without volumes.
 */
async function showStudy(
  study: Study,
  answered: AsyncIterator<PictureReport>,
  { heads, showsTimings }: { readonly heads: readonly HeadDescription[]; readonly showsTimings: boolean },
  { stopped, isStopped }: Interruption,
): Promise<StudyReport> {
  const { kind, stacks } = study;
  const progress = createStudyProgress(study);
  const pictures: PictureReport[] = [];
  while (pictures.length < study.pictures.length) {
    const next = await Promise.race([answered.next(), stopped]);
    // What fails once the run is stopped may have failed because it was.
    if (next === undefined || isStopped()) break;
    const report = next.value as PictureReport;
    pictures.push(report);
    progress.step();
    if ('error' in report) progress.aside(() => printFault(nameOf(report), report.error));
    else if (kind === 'picture') console.log(formatPicture(report, heads, { showsTimings }));
  }
  progress.stop();
  if (pictures.length < study.pictures.length) return { kind, pictures, stacks, volumes: [] };
  const volumes = measureVolumes(study, pictures);
  if (kind !== 'picture') console.log(formatSlices(study, pictures, volumes, heads));
  return { kind, pictures, stacks, volumes };
}

function nameOf({ file, picture }: PictureReport): string {
  const { frame, frames } = picture.description;
  return frames > 1 ? `${file}, frame ${frame}` : file;
}

/** `NAME` for a picture alone, `NAME.0012` for slices, all with as many digits. */
function prefixes({ kind, pictures }: Study, prefix: string): (picture: Picture, index: number) => string {
  if (kind === 'picture') return () => prefix;
  const digits = String(pictures.length - 1).length;
  return ({ description }, index) => {
    const number = kind === 'frames' ? description.frame : index;
    return `${prefix}.${String(number).padStart(digits, '0')}`;
  };
}

function printWarning(name: string, warning: string): void {
  console.error(`${styleText('yellow', name, { stream: process.stderr })}: ${warning}`);
}

function printFault(name: string, error: unknown): void {
  console.error(`${styleText('red', name, { stream: process.stderr })}: ${describeError(error)}`);
}
