import type dicomParser from 'dicom-parser';
import type { DataSetEncoding } from './sniff-dicom.js';
import type { TransferSyntax } from './transfer-syntaxes.js';

export type DataSet = dicomParser.DataSet;
export type Element = dicomParser.Element;

/** A file's data set, with offsets into `bytes`: the file itself, or what it inflated to. */
export interface ParsedFile {
  readonly dataSet: DataSet;
  readonly bytes: Uint8Array;
  readonly transferSyntax: TransferSyntax;
  readonly encoding: DataSetEncoding;
}
