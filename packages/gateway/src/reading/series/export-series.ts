import { readFile } from 'node:fs/promises';
import { describeImage, ZooError } from '@medzoo/core';
import {
  findPlane,
  readDicomSource,
  SERIES_FORMATS,
  withPixelSizes,
  writeAnswers,
  writeCsv,
  type DicomSource,
  type PicturedAnswer,
} from '@medzoo/export';
import { DECODERS } from '../decoders.js';
import { joinText, takeOneFile, toExported } from '../exported-file.js';
import type { ExportedFile, SeriesExportRequest } from '../reader-requests.js';

/** Writes one head's answers about a series as one file; rejects with why it cannot be. */
export async function exportSeries(request: SeriesExportRequest): Promise<ExportedFile> {
  const { format, head } = request;
  if (format === 'csv') return toExported('csv', 'text/csv; charset=utf-8', await writeTable(request));
  const known = SERIES_FORMATS.find((name) => name === format);
  if (!known) {
    const message = `The format ${format} shows one picture, and this is a series. Ask for it frame by frame.`;
    throw new ZooError('INVALID_PARAM', message, { details: { format } });
  }
  const { labels, concepts } = head.trained;
  return takeOneFile(known, await writeAnswers(known, await toPictured(request), { labels, concepts }));
}

/** Of a file's bytes only the header is kept, and each file is read once. */
async function toPictured({ frames, limits }: SeriesExportRequest): Promise<PicturedAnswer[]> {
  const sources = new Map<string, DicomSource>();
  const volumes = new Map<string, Uint8Array>(); // of one file, mostly
  const answers: PicturedAnswer[] = [];
  for (const { path, outcome } of frames) {
    if (!outcome.ok) throw ZooError.fromJSON(outcome.error);
    const { value, provenance } = outcome;
    const named = { image: provenance.image.sha256, value, provenance };
    if (provenance.image.format === 'dicom') {
      const source = sources.get(path) ?? readDicomSource(await readFile(path));
      sources.set(path, source);
      answers.push({ ...named, source });
    } else {
      const bytes = volumes.get(path) ?? (await readFile(path));
      if (!volumes.has(path)) volumes.clear();
      volumes.set(path, bytes);
      const view = { frame: provenance.view.frame };
      const { facts } = await describeImage(bytes, limits, { decoders: DECODERS, view });
      answers.push({ ...named, plane: findPlane(facts) });
    }
  }
  return answers;
}

/** A frame that failed is a row as well. */
function writeTable({ frames, head }: SeriesExportRequest): Promise<string> {
  const rows = frames.flatMap(({ id, frame, isOfSeveral, outcome: sent }) => {
    const outcome = sent.ok ? sent : ({ ...sent, error: ZooError.fromJSON(sent.error) } as const);
    return withPixelSizes({ image: id, ...(isOfSeveral && { frame }), head: head.manifest.id, outcome });
  });
  return joinText(writeCsv(rows));
}
