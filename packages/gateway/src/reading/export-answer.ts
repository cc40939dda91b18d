import { readFile } from 'node:fs/promises';
import { decodeImage, describeImage, ZooError, type Answer, type SegmentationAnswer } from '@medzoo/core';
import { drawAnswer } from '@medzoo/draw';
import {
  findAnswerPixelSize,
  findPlane,
  FORMATS_OF_ANY_ANSWER,
  readDicomSource,
  toGeoJson,
  toPngMask,
  toRleMasks,
  writeCoco,
  writeCsv,
  writeNifti,
  writeOverlays,
  writeReport,
  writeRtStruct,
  withPixelSizes,
  writeSeg,
  type AnsweredFrame,
  type ExportFormat,
} from '@medzoo/export';
import { DECODERS } from './decoders.js';
import type { ExportedFile, ExportRequest } from './reader-requests.js';

/** How each format is called in a file's name and by HTTP. */
const KINDS: Readonly<Record<ExportFormat, readonly [ending: string, mediaType: string]>> = {
  seg: ['seg.dcm', 'application/dicom'],
  rtstruct: ['rtstruct.dcm', 'application/dicom'],
  sr: ['sr.dcm', 'application/dicom'],
  sc: ['sc.dcm', 'application/dicom'],
  nifti: ['nii.gz', 'application/gzip'],
  geojson: ['geojson', 'application/geo+json'],
  coco: ['coco.json', 'application/json'],
  png: ['png', 'image/png'],
  rle: ['rle.json', 'application/json'],
  csv: ['csv', 'text/csv; charset=utf-8'],
};

/** Writes one head's answer about one frame in a format; rejects with why it cannot be. */
export async function exportAnswer(request: ExportRequest): Promise<ExportedFile> {
  const content = await write(request);
  const [ending, mediaType] = KINDS[request.format];
  return { content: typeof content === 'string' ? Buffer.from(content) : content, ending, mediaType };
}

async function write(request: ExportRequest): Promise<Uint8Array | string> {
  const { format, value, head } = request;
  const { concepts = {} } = head.trained;
  if (format === 'sr') return (await writeReport([await toFrame(request, value)], { concepts })).bytes;
  if (format === 'sc') return writeOverlay(request);
  if (format === 'csv') return writeTable(request);
  const { task } = value;
  if (task !== 'segmentation') {
    const message =
      `The format ${format} holds masks, and the head "${head.manifest.id}" does ${task}. Possible: ` +
      `${FORMATS_OF_ANY_ANSWER.join(', ')}.`;
    throw new ZooError('INVALID_PARAM', message, { details: { format } });
  }
  return writeMasks(request, value);
}

async function writeMasks(request: ExportRequest, value: SegmentationAnswer): Promise<Uint8Array | string> {
  const { format, provenance, head } = request;
  const { concepts = {}, labels } = head.trained;
  const pixelSize = findAnswerPixelSize(request);
  const named = { value, provenance, ...frameOf(request), ...(pixelSize && { pixelSize }) };
  switch (format) {
    case 'seg':
      return (await writeSeg([await toFrame(request, value)], { concepts })).bytes;
    case 'rtstruct':
      return (await writeRtStruct([await toFrame(request, value)], { concepts })).bytes;
    case 'nifti':
      return (await writeNifti([await toSlice(request, value)])).bytes;
    case 'geojson':
      return JSON.stringify(toGeoJson([named]));
    case 'rle':
      return JSON.stringify(toRleMasks(named));
    case 'coco':
      return join(writeCoco([{ ...named, image: provenance.image.sha256 }], { labels }));
    default:
      return pngOfOne(value);
  }
}

/** One picture holds one mask: all of them are at links of their own. */
async function pngOfOne({ masks }: SegmentationAnswer): Promise<Uint8Array> {
  const [mask, ...others] = masks;
  if (mask && others.length === 0) return toPngMask(mask);
  const message = `A PNG holds one mask, and this answer has ${masks.length}. Each mask's own url is its picture.`;
  throw new ZooError('INVALID_PARAM', message, { details: { format: 'png' } });
}

async function toFrame<A extends Answer>(request: ExportRequest, value: A): Promise<AnsweredFrame<A>> {
  const { path, provenance } = request;
  if (provenance.image.format !== 'dicom') {
    const message = `The format ${request.format} is derived from a DICOM file, and this image is none.`;
    throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { format: request.format } });
  }
  const source = readDicomSource(await readFile(path));
  const pixelSize = findAnswerPixelSize(request);
  return { source, frame: provenance.view.frame, value, provenance, ...(pixelSize && { pixelSize }) };
}

async function toSlice(
  request: ExportRequest,
  value: SegmentationAnswer,
): Promise<Parameters<typeof writeNifti>[0][number]> {
  const { path, provenance, limits, view } = request;
  if (provenance.image.format === 'dicom') return toFrame(request, value);
  const { facts } = await describeImage(path, limits, { decoders: DECODERS, view });
  const plane = findPlane(facts);
  if (plane) return { value, provenance, plane };
  const message = 'NIfTI needs to know where the image lies in the patient, which this file does not say.';
  throw new ZooError('UNSUPPORTED_FORMAT', message, { details: { format: 'nifti' } });
}

async function writeOverlay(request: ExportRequest): Promise<Uint8Array> {
  const { path, view, limits, value } = request;
  const frame = await toFrame(request, value);
  const image = await decodeImage(await readFile(path), limits, { decoders: DECODERS, view });
  const picture = await drawAnswer(image, value);
  const [written] = await writeOverlays([{ ...frame, picture }]);
  return written!.bytes;
}

function writeTable(request: ExportRequest): Promise<string> {
  const { value, provenance, head } = request;
  const outcome = { ok: true, value, provenance } as const;
  const image = provenance.image.sha256;
  return join(writeCsv(withPixelSizes({ image, ...frameOf(request), head: head.manifest.id, outcome })));
}

function frameOf({ provenance }: ExportRequest): { readonly frame?: number } {
  const { frame, frames } = provenance.view;
  return frames > 1 ? { frame } : {};
}

async function join(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}
