/** The part of dcmjs that writes data sets; it has no types of its own. */
declare module 'dcmjs' {
  export interface WrittenElement {
    readonly vr: string;
    readonly Value: readonly unknown[];
  }

  interface DicomDict {
    dict: Readonly<Record<string, unknown>>;
    write(options: { readonly allowInvalidVRLength: boolean }): ArrayBuffer;
  }

  export const data: {
    readonly DicomMetaDictionary: {
      /** By keyword. */
      readonly nameMap: Readonly<Record<string, { readonly tag: string; readonly vr: string } | undefined>>;
      /** By tag, as "(0010,0010)". */
      readonly dictionary: Readonly<Record<string, { readonly vr: string } | undefined>>;
    };
    readonly DicomDict: new (meta: Readonly<Record<string, WrittenElement>>) => DicomDict;
  };
}

declare module 'dicom-character-set' {
  /** Throws for a character set that the standard does not have. */
  export function convertBytes(
    specificCharacterSet: string | undefined,
    bytes: Uint8Array,
    options?: { readonly vr?: string },
  ): string;
}
