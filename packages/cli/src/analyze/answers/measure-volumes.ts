import { measureTargetVolumes, type TargetVolume } from '@medzoo/core';
import type { PictureReport } from '../analyze-study.js';
import { masksOf } from './answer-parts.js';
import type { Stack, Study } from '../inputs/arrange-inputs.js';

/** A target's volume over the slices of a series, or why there is none. */
export interface VolumeReport extends TargetVolume {
  readonly head: string;
  /** Of a file of several volumes, such as points in time: which, from 0. */
  readonly stack?: number;
}

/** The volume of each target of each head over each stack of slices whose geometry was checked. */
export function measureVolumes({ stacks }: Study, reports: readonly PictureReport[]): VolumeReport[] {
  return stacks.flatMap((stack, index) => {
    const volumes = measureStack(stack, reports.slice(stack.from, stack.from + stack.count));
    return stacks.length === 1 ? volumes : volumes.map((volume) => ({ ...volume, stack: index }));
  });
}

function measureStack({ order }: Stack, reports: readonly PictureReport[]): VolumeReport[] {
  const heads = new Set(reports.flatMap((report) => ('heads' in report ? report.heads.map(({ id }) => id) : [])));
  return [...heads].flatMap((head) => {
    const slices = reports.map((report) => {
      const outcome = 'heads' in report ? report.heads.find(({ id }) => id === head)?.outcome : undefined;
      return outcome?.ok ? masksOf(outcome.value) : undefined;
    });
    return measureTargetVolumes(slices, order).map((volume) => ({ head, ...volume }));
  });
}
