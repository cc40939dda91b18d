/**
 * Kernels work on 16 samples at a time: so many float32 they may read and write past the end of what they are given.
 */
const SLACK_BYTES = 16 * 4;
const ALIGNMENT = 16;

/** Where arrays lie in the kernels' memory. */
export interface Layout {
  /** The address of the next array. */
  place(bytes: number): number;
  /** Of all that was placed. */
  readonly bytes: number;
}

export function createLayout(): Layout {
  let end = 0;
  return {
    place(bytes) {
      const address = end;
      end += Math.ceil((bytes + SLACK_BYTES) / ALIGNMENT) * ALIGNMENT;
      return address;
    },
    get bytes() {
      return end;
    },
  };
}
