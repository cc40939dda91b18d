/** What the file says of a frame, against which a stream's own header is held before anything is decoded. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
}

/** What the header of a compressed stream says of itself. */
export interface StreamShape {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly precision: number;
}
