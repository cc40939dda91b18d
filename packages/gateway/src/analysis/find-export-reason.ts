import { checkParams, type HeadDescription } from '@medzoo/core';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  FORMATS_OF_ANY_ANSWER,
  findLabelsWithoutConcept,
  needsConcepts,
} from '@medzoo/export';
import type { ImpossibleFormats } from '../reading/find-impossible.js';
import type { GivenParams } from './links.js';

/**
 * Why a head's answer about an image cannot become a file of the format, and which ones it can become; null if it can,
 * as far as is known before anything is run. `params` are checked before.
 */
export function findExportReason(
  head: HeadDescription,
  params: GivenParams,
  format: ExportFormat,
  impossible: ImpossibleFormats,
): string | null {
  const reasonOf = (one: ExportFormat): string | null => findReason(head, params, one, impossible);
  const reason = reasonOf(format);
  if (reason === null) return null;
  const possible = EXPORT_FORMATS.filter((one) => reasonOf(one) === null);
  return possible.length === 0 ? reason : `${reason} Possible: ${possible.join(', ')}.`;
}

function findReason(
  { manifest, trained }: HeadDescription,
  params: GivenParams,
  format: ExportFormat,
  impossible: ImpossibleFormats,
): string | null {
  const isOfMasks = !FORMATS_OF_ANY_ANSWER.includes(format);
  if (isOfMasks && manifest.task !== 'segmentation') return `The head "${manifest.id}" makes no masks.`;
  const reason = impossible[format];
  if (reason !== undefined) return reason;
  if (format === 'png') return findReasonOfPng({ manifest, trained }, params);
  const bare = needsConcepts(format, manifest.task) ? findLabelsWithoutConcept(trained.labels, trained.concepts) : [];
  return bare.length === 0
    ? null
    : `These labels of the head have no code that names them in DICOM: ${bare.join(', ')}.`;
}

/** A head answers with one mask for each label that is asked for, or that it knows. */
function findReasonOfPng(
  { manifest, trained }: Pick<HeadDescription, 'manifest' | 'trained'>,
  given: GivenParams,
): string | null {
  const specs = manifest.params;
  const name = Object.keys(specs).find((key) => specs[key]!.type === 'labels');
  const params: GivenParams = checkParams(specs, given, trained.labels);
  const labels = (name === undefined ? trained.labels : params[name]) as readonly string[];
  if (labels.length === 1) return null;
  const advice = name === undefined ? '' : ` Ask for one label in "${name}".`;
  return `A PNG holds one mask, and this answer has ${labels.length}. The url of each mask is its picture.${advice}`;
}
