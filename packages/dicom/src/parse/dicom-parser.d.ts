// Missing from dicom-parser's own types.
declare module 'dicom-parser' {
  export const DataSet: new (parser: ByteArrayParser, bytes: ByteArray, elements: Record<string, Element>) => DataSet;
}
