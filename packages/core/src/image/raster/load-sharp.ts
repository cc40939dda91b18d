import type sharp from 'sharp';

let loading: Promise<typeof sharp> | undefined;

/** What reads raster files. It is loaded when first needed: that takes .1 s, and a program may never need it. */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import('sharp').then((module) => module.default);
  return loading;
}
