import { createHmac } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { completeLimits, type Bytes } from '@medzoo/core/contract';
import type { Element, ParsedFile } from '../parse/data-set.js';
import { DICOM_LIMITS, type DicomLimits } from '../limits.js';
import { notEncapsulated } from '../pixels/fragments.js';
import { nativeBytes } from '../pixels/native.js';
import { parseFile } from '../parse/parse-file.js';
import { readCode, readItems, type Tag } from '../parse/read-values.js';
import type { DataSetEncoding } from '../parse/sniff-dicom.js';
import { type ImageHeader, readImageHeader } from '../describe/image-header.js';
import { KEPT_SEQUENCES, treatmentOf } from './kept-tags.js';
import { clearOverlayBits } from './clear-overlay-bits.js';
import { even, fitValue } from './fit-value.js';
import { isPlainValue } from './plain-values.js';
import { clearPixels } from './streams/clear-pixels.js';
import { fitOffsets, OFFSET_TABLES } from './streams/fit-offsets.js';
import { concat, ElementWriter, toText } from './write-elements.js';

export interface DeidentifyOptions {
  /**
   * What UIDs are replaced by: the same UID becomes the same other one under one key, and nobody without the key can
   * tell which.
   */
  readonly key: string | Uint8Array;
  readonly limits?: Partial<DicomLimits>;
}

/** The second half of an item's tag, FFFE,E000. */
const ITEM = 0xe000;
const ITEM_HEADER_BYTES = 8;
const META_ENCODING: DataSetEncoding = { littleEndian: true, explicit: true };
/** Of a random UUID, for files that this package wrote. */
const IMPLEMENTATION_CLASS_UID = '2.25.311402859613084762201736905128443';

/**
 * The file without who the patient is: pixels, geometry, spacing and windows stay as they are, UIDs become others, and
 * everything else is left out, private attributes and texts too, comments within compressed pixels as well. Names that
 * are drawn into the pixels stay: see `flags.burnedIn`. Files of one series that are treated with the same key are of
 * one series afterwards. Throws what `describe` throws, and INVALID_IMAGE for compressed pixels whose comments cannot be
 * found.
 */
export function deidentifyDicom(bytes: Uint8Array, { key, limits }: DeidentifyOptions): Bytes {
  const all = completeLimits(DICOM_LIMITS, limits);
  const file = parseFile(bytes, all);
  const rename = (uid: string): string => renameUid(uid, key);
  const body = writeDataSet({ ...file, limits: all, header: readImageHeader(file, all) }, file.dataSet, rename, true);
  const { transferSyntax } = file;
  return concat([
    new Uint8Array(128),
    toText('DICM'),
    writeMeta(file, rename),
    transferSyntax.deflated ? padded(deflateRawSync(body)) : body,
  ]);
}

type DataSet = ParsedFile['dataSet'];

interface OpenFile extends ParsedFile {
  readonly limits: DicomLimits;
  readonly header: ImageHeader;
}

const PIXEL_ELEMENTS: readonly string[] = [...OFFSET_TABLES, 'x7fe00008', 'x7fe00009', 'x7fe00010'];

function writeDataSet(file: OpenFile, dataSet: DataSet, rename: (uid: string) => string, isWhole: boolean): Uint8Array {
  const writer = new ElementWriter(file.encoding);
  const kept = Object.values(dataSet.elements).filter(({ tag }) => treatmentOf(tag) !== 'drop');
  const removal = isWhole ? REMOVAL.filter(([tag]) => !kept.some((element) => element.tag === tag)) : [];
  const all = [
    ...kept.map((element) => ({ tag: element.tag, element })),
    ...removal.map(([tag, vr, text]) => ({ tag, vr, text })),
  ];
  for (const entry of all.sort((one, other) => (one.tag < other.tag ? -1 : 1))) {
    if ('text' in entry) writer.write(entry.tag, entry.vr, toText(entry.text));
    else writeElement(writer, file, dataSet, entry.element, rename);
  }
  return writer.finish();
}

/** PS3.3, C.7.1.1 and C.12.1: what a file without an identity has to say of that. */
const REMOVAL = [
  ['x00100010', 'PN', ''],
  ['x00100020', 'LO', ''],
  ['x00120062', 'CS', 'YES'],
  ['x00120063', 'LO', 'medzoo: kept pixels, geometry and windows only'],
] as const;

function writeElement(
  writer: ElementWriter,
  file: OpenFile,
  dataSet: DataSet,
  element: Element,
  rename: (uid: string) => string,
): void {
  const { tag, vr = representationOf(tag), items, dataOffset, length } = element;
  if (KEPT_SEQUENCES.has(tag)) {
    const inner = readItems(dataSet, tag as Tag).map((item) => writeDataSet(file, item, rename, false));
    writer.writeSequence(tag, inner);
    return;
  }
  if (items) return;
  if (treatmentOf(tag) === 'rename') {
    const uid = readCode(dataSet, tag as Tag);
    if (uid !== undefined && uid !== '') writer.write(tag, 'UI', toText(rename(uid), '\0'));
    return;
  }
  const value = dataSet.byteArray.subarray(dataOffset, dataOffset + length);
  if (!PIXEL_ELEMENTS.includes(tag)) {
    if (isPlainValue(tag, vr, value)) writer.write(tag, vr, padded(fitValue(dataSet, tag, value, file.encoding)));
  } else if (element === file.header.pixelData) {
    writePixels(writer, file, vr);
  } else if (OFFSET_TABLES.includes(tag) && dataSet === file.dataSet) {
    const fitted = fitOffsets(file, file.header, { tag, value, maxItems: file.limits.maxElements });
    if (fitted) writer.write(tag, vr, fitted);
  } // other pixels, such as those of an icon, are another picture than the file's
}

/** Without what lies behind the last pixel, and is read by nobody. */
function writePixels(writer: ElementWriter, file: OpenFile, vr: string): void {
  const { pixelData } = file.header;
  const { tag, dataOffset, length } = pixelData;
  if (pixelData.hadUndefinedLength === true) {
    const items = readItemsOfPixels(file, dataOffset);
    writer.write(tag, vr, clearPixels(file, file.header, items, file.limits.maxElements), true);
    return;
  }
  if (file.transferSyntax.encoding !== 'native') throw notEncapsulated();
  const bytes = Math.min(length, even(nativeBytes(file.header)));
  const pixels = file.bytes.slice(dataOffset, dataOffset + bytes);
  clearOverlayBits(file, file.header, pixels);
  writer.write(tag, vr, padded(pixels));
}

/** Encapsulated pixels, item by item up to their delimiter: dicom-parser takes more for them in implicit files. */
function readItemsOfPixels({ bytes, encoding }: ParsedFile, start: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = encoding;
  let end = start;
  while (end + ITEM_HEADER_BYTES <= bytes.length && view.getUint16(end + 2, littleEndian) === ITEM) {
    end += ITEM_HEADER_BYTES + view.getUint32(end + 4, littleEndian);
  }
  const delimiter = new Uint8Array(ITEM_HEADER_BYTES);
  new DataView(delimiter.buffer).setUint16(0, 0xfffe, littleEndian);
  new DataView(delimiter.buffer).setUint16(2, 0xe0dd, littleEndian);
  return concat([bytes.subarray(start, Math.min(end, bytes.length)), delimiter]);
}

/** Implicit files do not say; it is written nowhere then. */
function representationOf(tag: string): string {
  return tag === 'x7fe00010' ? 'OW' : 'UN';
}

function writeMeta({ dataSet, transferSyntax }: ParsedFile, rename: (uid: string) => string): Uint8Array {
  const writer = new ElementWriter(META_ENCODING);
  const named = readCode(dataSet, 'x00080016');
  const sopClass =
    named !== undefined && isPlainValue('x00080016', 'UI', Buffer.from(named, 'latin1')) ? named : undefined;
  const instance = readCode(dataSet, 'x00080018');
  writer.write('x00020001', 'OB', Uint8Array.of(0, 1));
  if (sopClass) writer.write('x00020002', 'UI', toText(sopClass, '\0'));
  if (instance) writer.write('x00020003', 'UI', toText(rename(instance), '\0'));
  writer.write('x00020010', 'UI', toText(transferSyntax.uid, '\0'));
  writer.write('x00020012', 'UI', toText(IMPLEMENTATION_CLASS_UID, '\0'));
  const group = writer.finish();
  const length = new ElementWriter(META_ENCODING);
  length.write('x00020000', 'UL', new Uint8Array(Uint32Array.of(group.length).buffer));
  return concat([length.finish(), group]);
}

function padded(value: Uint8Array): Uint8Array {
  return value.length % 2 === 0 ? value : concat([value, Uint8Array.of(0)]);
}

/** PS3.5, B.2: under 2.25 comes the decimal number of a UUID, here 128 bits of a keyed digest. */
function renameUid(uid: string, key: string | Uint8Array): string {
  const digest = createHmac('sha256', key).update(uid).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${digest}`).toString()}`;
}
