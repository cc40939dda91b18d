import { styleText } from 'node:util';
import type { ImageFacts } from '@medzoo/core';
import type { Inspected } from './inspect-file.js';
import { countOf } from '../terminal/format.js';

const BURNED_IN = {
  yes: 'names or other writing are drawn into the pixels, as the file says',
  no: 'no writing is drawn into the pixels, as the file says',
  unknown: 'the file does not say whether names are drawn into the pixels; look before you pass it on',
} as const;

/** An inspection for a person: a line for each fact, in words. */
export function formatInspection(name: string, found: Inspected): string {
  const { storedValues } = found;
  const { format, width, height, frames, frame, facts: said } = found.description;
  const which = frames > 1 ? `, frame ${frame} of ${frames} (counted from 0)` : '';
  const facts = [
    ['content', [said.kind, said.modality, said.bodyPart].filter((part) => part !== null).join(', ')],
    ['transfer syntax', said.transferSyntax],
    ['SOP class', said.sopClass],
    ['pixels', describePixels(said)],
    ['spacing', describeSpacing(said.spacing)],
    ['windows', describeWindows(said.windows)],
    ['flags', describeFlags(said.flags).join('; ')],
    ['place', said.geometry ? describePlace(said.geometry) : 'the file does not say where in the patient this lies'],
    ['stored values', describeValues(storedValues)],
  ].filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '');
  const title = `${styleText('bold', name)}  ${width} × ${height} ${format}${which}`;
  return [title, ...facts.map(([what, words]) => `  ${what.padEnd(16)}${words}`)].join('\n');
}

function describePixels({ photometric, samples, bitsStored, signed }: ImageFacts): string {
  const sign = signed ? ', signed' : '';
  return `${photometric}, ${countOf(samples, 'sample')} of ${bitsStored} bits${sign}`;
}

function describeSpacing(spacing: ImageFacts['spacing']): string {
  if (!spacing) return 'the file does not say how large a pixel is';
  const { x, y, unit, source, regions } = spacing;
  const where = regions ? `, only within ${regions.length === 1 ? 'one region' : `${regions.length} regions`}` : '';
  return `${x} × ${y} ${unit} (${source})${where}`;
}

function describeWindows(windows: ImageFacts['windows']): string {
  if (windows.length === 0) return 'none in the file';
  return windows.map(({ center, width, function: shape }) => `${center} / ${width} ${shape}`).join(', ');
}

/** Each flag in a sentence that a reader without DICOM understands. */
export function describeFlags({ burnedIn, lossy, overlays, padding }: ImageFacts['flags']): string[] {
  return [
    BURNED_IN[burnedIn],
    ...(lossy ? ['values were lost by compression'] : []),
    ...(overlays > 0 ? [`${countOf(overlays, 'overlay plane')}, not drawn`] : []),
    ...(padding ? [describePadding(padding)] : []),
  ];
}

function describePadding({ from, to }: NonNullable<ImageFacts['flags']['padding']>): string {
  const values = from === to ? `the value ${from} is` : `values from ${from} to ${to} are`;
  return `${values} padding and count for nothing`.replace('is padding and count ', 'is padding and counts ');
}

function describePlace({ position, orientation: { row, column } }: NonNullable<ImageFacts['geometry']>): string {
  const show = (numbers: readonly number[]): string => numbers.map((number) => Number(number.toFixed(3))).join(', ');
  return `first pixel at (${show(position)}) mm, rows along (${show(row)}), columns along (${show(column)})`;
}

function describeValues({ dtype, min, max, mean, sha256 }: Inspected['storedValues']): string {
  return `${dtype}, ${min} to ${max}, mean ${Number(mean.toFixed(3))}, SHA-256 ${sha256.slice(0, 16)}…`;
}
