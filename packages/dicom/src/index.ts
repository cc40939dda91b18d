export { createDicomDecoder } from './dicom.js';
export type { DecodedFrame, DicomDecoder, FrameOptions, ShowOptions } from './dicom.js';
