import type { Bytes } from '@medzoo/core/contract';
import type * as dcmjsModule from 'dcmjs';
import type { WrittenElement } from 'dcmjs';
import { copyElements, type CopiedElements } from '../source/copy-elements.js';
import type { SourceRecord } from '../source/dicom-source.js';
import { OPTIONAL_IDENTITY, REQUIRED_IDENTITY } from '../source/identity.js';
import type { Attributes, AttributeValue } from './attributes.js';

/** A DICOM file that was written. */
export interface DicomFile {
  readonly bytes: Bytes;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

export interface FileToWrite {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Patient and study are taken over from it. */
  readonly source: SourceRecord;
  readonly attributes: Attributes;
  /** Decimal strings of more than 65,534 bytes, as outlines are, can be written in implicit representation only. */
  readonly hasLongTexts?: boolean;
}

type Dcmjs = typeof dcmjsModule;
type WrittenDataSet = Readonly<Record<string, WrittenElement>>;

const TRANSFER_SYNTAX = { explicit: '1.2.840.10008.1.2.1', implicit: '1.2.840.10008.1.2' } as const;
/** Of this writer; a UUID under its own root. */
const IMPLEMENTATION_CLASS_UID = '2.25.41960224003137172915414815532650723560';

/**
 * Writes a file of the patient and study of its source, in Unicode. dcmjs is loaded with the first one: that takes it
 * half a second.
 */
export async function writeFile(file: FileToWrite): Promise<DicomFile> {
  const dcmjs = await import('dcmjs');
  const { sopClassUid, sopInstanceUid, seriesInstanceUid, source, attributes, hasLongTexts = false } = file;
  const own: Attributes = {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: sopClassUid,
    SOPInstanceUID: sopInstanceUid,
    SeriesInstanceUID: seriesInstanceUid,
    ...attributes,
  };
  const dict = new dcmjs.data.DicomDict({
    '00020001': { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] },
    '00020002': { vr: 'UI', Value: [sopClassUid] },
    '00020003': { vr: 'UI', Value: [sopInstanceUid] },
    '00020010': { vr: 'UI', Value: [hasLongTexts ? TRANSFER_SYNTAX.implicit : TRANSFER_SYNTAX.explicit] },
    '00020012': { vr: 'UI', Value: [IMPLEMENTATION_CLASS_UID] },
    '00020013': { vr: 'SH', Value: ['MEDZOO'] },
  });
  dict.dict = { ...copyIdentity(source, dcmjs), ...toDataSet(own, dcmjs) };
  return { bytes: write(dict), sopClassUid, sopInstanceUid, seriesInstanceUid };
}

/**
 * The source's texts are written as they are, also where they are longer than the standard allows: dcmjs would log
 * them.
 */
function write(dict: InstanceType<Dcmjs['data']['DicomDict']>): Bytes {
  try {
    return new Uint8Array(dict.write({ allowInvalidVRLength: true }));
  } catch {
    // dcmjs shows the value that it could not write, which may be a name.
    throw new Error('A value cannot be written as DICOM.');
  }
}

function copyIdentity({ dataSet }: SourceRecord, dcmjs: Dcmjs): WrittenDataSet {
  const findVr = (tag: string): string | undefined =>
    dcmjs.data.DicomMetaDictionary.dictionary[`(${tag.slice(1, 5)},${tag.slice(5)})`.toUpperCase()]?.vr;
  const empty = Object.entries(REQUIRED_IDENTITY).map(([tag, vr]) => [tag.slice(1).toUpperCase(), { vr, Value: [] }]);
  const copied = copyElements(dataSet, { ...REQUIRED_IDENTITY, ...OPTIONAL_IDENTITY }, findVr);
  return { ...(Object.fromEntries(empty) as WrittenDataSet), ...fromCopied(copied), ...nameMethod(copied) };
}

/**
 * A file whose identity was removed has to say how (PS3.3, C.7.1.1); where the source does not, that is what can be
 * said.
 */
function nameMethod(copied: CopiedElements): WrittenDataSet {
  const isRemoved = copied['00120062']?.values[0] === 'YES';
  if (!isRemoved || copied['00120063'] || copied['00120064']) return {};
  return { '00120063': { vr: 'LO', Value: ['Not named by the source image'] } };
}

function fromCopied(elements: CopiedElements): WrittenDataSet {
  const written = Object.entries(elements).map(([tag, { vr, values }]): [string, WrittenElement] => [
    tag,
    { vr, Value: values.map((value) => (typeof value === 'string' ? value : fromCopied(value))) },
  ]);
  return Object.fromEntries(written);
}

function toDataSet(attributes: Attributes, dcmjs: Dcmjs): WrittenDataSet {
  const written = Object.entries(attributes).flatMap(([keyword, value]): [string, WrittenElement][] => {
    if (value === undefined) return [];
    const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
    // dcmjs itself would log the name and leave the attribute out.
    if (!entry) throw new TypeError(`${keyword} is not in the dictionary of dcmjs.`);
    const tag = entry.tag.replace(/[(),]/g, '');
    return [[tag, { vr: resolveVr(entry.vr, value), Value: toValues(value, dcmjs) }]];
  });
  return Object.fromEntries(written);
}

/** Where the dictionary leaves a choice: our pixels are of bytes and unsigned. */
function resolveVr(vr: string, value: AttributeValue): string {
  if (vr === 'ox') return 'OB';
  if (vr === 'xs') return 'US';
  return value instanceof Uint8Array && vr !== 'OB' ? 'OW' : vr;
}

function toValues(value: AttributeValue, dcmjs: Dcmjs): unknown[] {
  if (value instanceof Uint8Array) return [wholeBuffer(value)];
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return value.map((item) => (typeof item === 'object' ? toDataSet(item, dcmjs) : item));
}

/** dcmjs writes all of a buffer, whatever part of it a view shows. */
function wholeBuffer(bytes: Uint8Array): ArrayBufferLike {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
