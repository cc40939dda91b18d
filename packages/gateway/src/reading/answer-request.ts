import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { decodeImage, describeImage } from '@medzoo/core';
import { createDicomDecoder, createRasterCodecs, deidentifyDicom, deidentifyRaster } from '@medzoo/dicom';
import { deidentifyNifti } from '@medzoo/nifti';
import sharp from 'sharp';
import { DECODERS } from './decoders.js';
import { describeSeries } from './series/describe-series.js';
import { exportAnswer } from './export-answer.js';
import { exportSeries } from './series/export-series.js';
import { findImpossible } from './find-impossible.js';
import type { ReadDescription, ReaderAnswers, ReaderRequest } from './reader-requests.js';
import { unzip } from './unzip.js';

type RequestOf<T extends ReaderRequest['type']> = Extract<ReaderRequest, { readonly type: T }>;

const HANDLERS: { readonly [T in ReaderRequest['type']]: (request: RequestOf<T>) => Promise<ReaderAnswers[T]> } = {
  describe,
  deidentify,
  preview,
  export: exportAnswer,
  'describe-series': describeSeries,
  'export-series': exportSeries,
  unzip,
};

const reader = createDicomDecoder();
const codecs = createRasterCodecs();

/**
 * Answers a request of the reader. Rejects with a ZooError for what is wrong with the file, and with any other error
 * for an unexpected failure.
 */
export function answerRequest<T extends ReaderRequest['type']>(request: RequestOf<T>): Promise<ReaderAnswers[T]> {
  return HANDLERS[request.type](request);
}

async function describe({ path, frame, limits }: RequestOf<'describe'>): Promise<ReadDescription> {
  const bytes = await readFile(path);
  const view = frame === undefined ? {} : { frame };
  const description = await describeImage(bytes, limits, { decoders: DECODERS, view });
  const series = description.format === 'dicom' ? reader.seriesKey(bytes) : null;
  return { ...description, series, impossible: findImpossible(bytes, description) };
}

async function deidentify({ path, to, key }: RequestOf<'deidentify'>): Promise<ReaderAnswers['deidentify']> {
  const bytes = await readFile(path);
  const bare = withoutIdentity(bytes, key);
  await writeFile(to, bare, { flag: 'wx', mode: 0o600 });
  return { sha256: createHash('sha256').update(bare).digest('hex'), bytes: bare.length };
}

function withoutIdentity(bytes: Uint8Array, key: string): Uint8Array {
  if (reader.sniff(bytes)) return deidentifyDicom(bytes, { key });
  return codecs.sniff(bytes) ? deidentifyRaster(bytes) : deidentifyNifti(bytes);
}

/** The frame as a person sees it. */
async function preview({ path, view, limits }: RequestOf<'preview'>): Promise<Uint8Array> {
  const image = await decodeImage(await readFile(path), limits, { decoders: DECODERS, view });
  const { width, height, channels, data } = image;
  const picture = sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return picture.png({ compressionLevel: 3 }).toBuffer();
}
