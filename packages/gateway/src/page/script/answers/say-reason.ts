/** A reason of the gateway, which counts slices from 0, beside a picture whose frames are counted from 1. */
export function sayReason(reason: string): string {
  return /\bslices? \d/i.test(reason) ? `${reason} (Slice 0 is frame 1.)` : reason;
}
