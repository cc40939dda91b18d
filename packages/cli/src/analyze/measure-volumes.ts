import { measureVolume, type ImageMask } from '@medzoo/core';
import { masksOf } from './answer-parts.js';
import type { PictureReport } from './analyze-study.js';
import type { Stack, Study } from './inputs/arrange-inputs.js';

/** A target's volume over the slices of a series, or why there is none. */
export interface VolumeReport {
  readonly head: string;
  readonly label: string;
  /** In how many of the slices the target was found. */
  readonly foundIn: number;
  readonly slices: number;
  readonly volumeMm3: number | null;
  /** Why there is no volume. */
  readonly reason?: string;
}

/** The volume of each target of each head over each stack of slices whose geometry was checked. */
export function measureVolumes({ stacks }: Study, reports: readonly PictureReport[]): VolumeReport[] {
  return stacks.flatMap((stack) => measureStack(stack, reports.slice(stack.from, stack.from + stack.count)));
}

function measureStack({ count, order }: Stack, reports: readonly PictureReport[]): VolumeReport[] {
  const missing = count - reports.filter((report) => 'heads' in report).length;
  return listTargets(reports).map(({ head, label }): VolumeReport => {
    const masks = reports.flatMap((report) => findMask(report, head, label) ?? []);
    const found = { head, label, foundIn: masks.filter(({ area }) => area > 0).length, slices: count };
    const lost = count - masks.length;
    if (missing > 0 || lost > 0) {
      const reason = `${Math.max(missing, lost)} of ${count} slices have no answer.`;
      return { ...found, volumeMm3: null, reason };
    }
    if (!order.ok) return { ...found, volumeMm3: null, reason: order.reason };
    if (count < 2) return { ...found, volumeMm3: null, reason: 'One slice alone has no thickness that was measured.' };
    return { ...found, volumeMm3: measureVolume(masks.map(({ rle }) => rle), order.volume.spacing) }; // prettier-ignore
  });
}

function listTargets(reports: readonly PictureReport[]): { readonly head: string; readonly label: string }[] {
  const targets = new Map<string, { readonly head: string; readonly label: string }>();
  for (const report of reports) {
    if (!('heads' in report)) continue;
    for (const { id, outcome } of report.heads) {
      if (!outcome.ok) continue;
      for (const { label } of masksOf(outcome.value)) targets.set(JSON.stringify([id, label]), { head: id, label });
    }
  }
  return [...targets.values()];
}

function findMask(report: PictureReport, head: string, label: string): ImageMask | undefined {
  if (!('heads' in report)) return undefined;
  const outcome = report.heads.find(({ id }) => id === head)?.outcome;
  if (!outcome?.ok) return undefined;
  // A slice that was not looked at, as it is of another kind, is no slice without the target.
  return masksOf(outcome.value).find((mask) => mask.label === label && mask.absentBecause !== 'domain');
}
