export type { Axis, Grid, GridAxis, Plane } from './choose-grid.js';
export type { NiftiDescription } from './describe-volume.js';
export { deidentifyNifti } from './deidentify.js';
export { NIFTI_LIMITS } from './limits.js';
export type { NiftiLimits } from './limits.js';
export { createNiftiDecoder } from './nifti.js';
export type { DecodedSlice, NiftiDecoder, ShowSliceOptions, SliceOptions } from './nifti.js';
export { nifti } from './plug.js';
export type { StoredSlice } from './read-slice.js';
