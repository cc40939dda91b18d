/** How the pixels of a transfer syntax are stored. */
export type Encoding = 'native' | 'rle' | 'deflated-frames' | 'codestream' | 'refused';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: Encoding;
  /** Whether the whole data set is deflated. */
  readonly deflated: boolean;
  /** Whether the syntax as such loses values; a reversible stream in a lossy syntax may still be lossless. */
  readonly lossy: boolean;
}

const PREFIX = '1.2.840.10008.1.2';

/** PS3.6, table A-1: [suffix of 1.2.840.10008.1.2, name, encoding, loses values]. */
const TABLE: readonly (readonly [string, string, Encoding, boolean])[] = [
  ['', 'Implicit VR Little Endian', 'native', false],
  ['.1', 'Explicit VR Little Endian', 'native', false],
  ['.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native', false],
  ['.1.99', 'Deflated Explicit VR Little Endian', 'native', false],
  ['.2', 'Explicit VR Big Endian', 'native', false],
  ['.4.50', 'JPEG Baseline (Process 1)', 'codestream', true],
  ['.4.51', 'JPEG Extended (Process 2 and 4)', 'codestream', true],
  ['.4.52', 'JPEG Extended (Process 3 and 5)', 'codestream', true],
  ['.4.53', 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)', 'codestream', true],
  ['.4.55', 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)', 'codestream', true],
  ['.4.57', 'JPEG Lossless, Non-Hierarchical (Process 14)', 'codestream', false],
  [
    '.4.70',
    'JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14, Selection Value 1)',
    'codestream',
    false,
  ],
  ['.4.80', 'JPEG-LS Lossless', 'codestream', false],
  ['.4.81', 'JPEG-LS Lossy (Near-Lossless)', 'codestream', true],
  ['.4.90', 'JPEG 2000 (Lossless Only)', 'codestream', false],
  ['.4.91', 'JPEG 2000', 'codestream', true],
  ['.4.92', 'JPEG 2000 Part 2 Multi-component (Lossless Only)', 'codestream', false],
  ['.4.93', 'JPEG 2000 Part 2 Multi-component', 'codestream', true],
  ['.4.94', 'JPIP Referenced', 'refused', false],
  ['.4.95', 'JPIP Referenced Deflate', 'refused', false],
  ['.4.100', 'MPEG2 Main Profile / Main Level', 'refused', true],
  ['.4.100.1', 'Fragmentable MPEG2 Main Profile / Main Level', 'refused', true],
  ['.4.101', 'MPEG2 Main Profile / High Level', 'refused', true],
  ['.4.101.1', 'Fragmentable MPEG2 Main Profile / High Level', 'refused', true],
  ['.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', 'refused', true],
  ['.4.102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1', 'refused', true],
  ['.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'refused', true],
  ['.4.103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'refused', true],
  ['.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'refused', true],
  ['.4.104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'refused', true],
  ['.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'refused', true],
  ['.4.105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'refused', true],
  ['.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'refused', true],
  ['.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'refused', true],
  ['.4.107', 'HEVC/H.265 Main Profile / Level 5.1', 'refused', true],
  ['.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', 'refused', true],
  ['.4.110', 'JPEG XL Lossless', 'codestream', false],
  ['.4.111', 'JPEG XL JPEG Recompression', 'codestream', true],
  ['.4.112', 'JPEG XL', 'codestream', true],
  ['.4.201', 'High-Throughput JPEG 2000 (Lossless Only)', 'codestream', false],
  ['.4.202', 'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)', 'codestream', false],
  ['.4.203', 'High-Throughput JPEG 2000', 'codestream', true],
  ['.4.204', 'JPIP HTJ2K Referenced', 'refused', false],
  ['.4.205', 'JPIP HTJ2K Referenced Deflate', 'refused', false],
  ['.5', 'RLE Lossless', 'rle', false],
  ['.7.1', 'SMPTE ST 2110-20 Uncompressed Progressive Active Video', 'refused', false],
  ['.7.2', 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video', 'refused', false],
  ['.7.3', 'SMPTE ST 2110-30 PCM Digital Audio', 'refused', false],
  ['.8.1', 'Deflated Image Frame Compression', 'deflated-frames', false],
];

const BY_UID = new Map<string, TransferSyntax>(
  TABLE.map(([suffix, name, encoding, lossy]) => {
    const uid = PREFIX + suffix;
    return [uid, { uid, name, encoding, lossy, deflated: suffix === '.1.99' }];
  }),
);

/** What a file without a transfer syntax is read as, by its first bytes. */
export const IMPLICIT_LITTLE = PREFIX;
export const EXPLICIT_LITTLE = `${PREFIX}.1`;
export const EXPLICIT_BIG = `${PREFIX}.2`;

export function findTransferSyntax(uid: string): TransferSyntax | undefined {
  return BY_UID.get(uid);
}
