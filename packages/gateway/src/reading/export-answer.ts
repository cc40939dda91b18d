import { readFile } from 'node:fs/promises';
import { decodeImage, describeImage, ZooError } from '@medzoo/core';
import { drawAnswer } from '@medzoo/draw';
import {
  findPlane,
  readDicomSource,
  toFrames,
  toPngMask,
  toRleMasks,
  writeAnswers,
  writeCsv,
  writeOverlays,
  withPixelSizes,
  type PicturedAnswer,
} from '@medzoo/export';
import { DECODERS } from './decoders.js';
import { joinText, takeOneFile, toExported } from './exported-file.js';
import type { ExportedFile, ExportRequest } from './reader-requests.js';

/** Writes one head's answer about one frame in a format; rejects with why it cannot be. */
export async function exportAnswer(request: ExportRequest): Promise<ExportedFile> {
  const { format, value, provenance, head } = request;
  if (format === 'sc') return toExported('sc.dcm', 'application/dicom', await writeOverlay(request));
  if (format === 'csv') return toExported('csv', 'text/csv; charset=utf-8', await writeTable(request));
  if (format === 'png') return toExported('png', 'image/png', await writePicture(request));
  if (format === 'rle' && value.task === 'segmentation') {
    const { frame, frames } = provenance.view;
    const masks = toRleMasks({ value, provenance, ...(frames > 1 && { frame }) });
    return toExported('rle.json', 'application/json', JSON.stringify(masks));
  }
  const { labels, concepts } = head.trained;
  return takeOneFile(format, await writeAnswers(format, [await toPictured(request)], { labels, concepts }));
}

/** One picture holds one mask: all of them are at links of their own. */
async function writePicture({ value, head }: ExportRequest): Promise<Uint8Array> {
  if (value.task !== 'segmentation') {
    throw new ZooError('INVALID_PARAM', `The head "${head.manifest.id}" makes no masks.`, {
      details: { format: 'png' },
    });
  }
  const [mask, ...others] = value.masks;
  if (mask && others.length === 0) return toPngMask(mask);
  const message = `A PNG holds one mask, and this answer has ${value.masks.length}. Each mask's own url is its picture.`;
  throw new ZooError('INVALID_PARAM', message, { details: { format: 'png' } });
}

async function toPictured({ path, limits, view, value, provenance }: ExportRequest): Promise<PicturedAnswer> {
  const named = { image: provenance.image.sha256, value, provenance };
  if (provenance.image.format === 'dicom') return { ...named, source: readDicomSource(await readFile(path)) };
  const { facts } = await describeImage(path, limits, { decoders: DECODERS, view });
  return { ...named, plane: findPlane(facts) };
}

async function writeOverlay(request: ExportRequest): Promise<Uint8Array> {
  const { path, view, limits, value } = request;
  const [frame] = toFrames('sc', [await toPictured(request)]);
  const image = await decodeImage(await readFile(path), limits, { decoders: DECODERS, view });
  const [written] = await writeOverlays([{ ...frame!, picture: await drawAnswer(image, value) }]);
  return written!.bytes;
}

function writeTable({ value, provenance, head }: ExportRequest): Promise<string> {
  const { frame, frames } = provenance.view;
  const outcome = { ok: true, value, provenance } as const;
  const named = { image: provenance.image.sha256, ...(frames > 1 && { frame }), head: head.manifest.id };
  return joinText(writeCsv(withPixelSizes({ ...named, outcome })));
}
