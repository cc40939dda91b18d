/** A value of a data set that is drawn for a test: texts, numbers (US), bytes, or the items of a sequence. */
export type Drawn = string | number | Uint8Array | readonly Elements[];
/** By tag and representation, as "00100010 PN". */
export type Elements = Readonly<Record<string, Drawn>>;

const LONG = new Set(['OB', 'OW', 'SQ', 'SV', 'UN', 'UT', 'UV']);

/** A DICOM file in Explicit VR Little Endian, written by hand so that no code under test makes its own input. */
export function drawDicom(elements: Elements, { syntax = '1.2.840.10008.1.2.1' } = {}): Uint8Array {
  const meta = drawElements({ '00020010 UI': syntax });
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, drawElements(elements)]);
}

export function drawElements(elements: Elements): Buffer {
  return Buffer.concat(
    Object.entries(elements)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => drawElement(key.slice(0, 8), key.slice(9), value)),
  );
}

function drawElement(tag: string, vr: string, value: Drawn): Buffer {
  const body = drawValue(value, vr);
  const header = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  header.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  header.write(vr, 4, 'latin1');
  if (LONG.has(vr)) header.writeUInt32LE(body.length, 8);
  else header.writeUInt16LE(body.length, 6);
  return Buffer.concat([header, body]);
}

function drawValue(value: Drawn, vr: string): Buffer {
  if (typeof value === 'number') return Buffer.from(Uint16Array.of(value).buffer);
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return Buffer.concat(value.map(drawItem));
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
}

function drawItem(elements: Elements): Buffer {
  const body = drawElements(elements);
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

export const PATIENT = 'Planted^Name';

/**
 * A CT slice of 20 x 12 pixels, 0.5 mm between columns and 0.8 between rows, `z` mm up; with more or other elements, or
 * without some.
 */
export function drawSlice(z = 0, changes: Record<string, Drawn | undefined> = {}): Uint8Array {
  const elements: Record<string, Drawn | undefined> = {
    '00080008 CS': 'ORIGINAL\\PRIMARY\\AXIAL',
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.2',
    '00080018 UI': `1.2.826.0.1.99.${Math.round(z * 100) + 1_000_000}`,
    '00080020 DA': '20240131',
    '00080030 TM': '101500',
    '00080050 SH': 'PLANTED-ACC1',
    '00080060 CS': 'CT',
    '00080090 PN': 'Planted^Doctor',
    '00100010 PN': PATIENT,
    '00100020 LO': 'PLANTED-ID',
    '00100030 DA': '19700102',
    '00100040 CS': 'F',
    '00180050 DS': '3',
    '0020000d UI': '1.2.826.0.1.99.1',
    '0020000e UI': '1.2.826.0.1.99.2',
    '00200010 SH': 'S1',
    '00200011 IS': '4',
    '00200013 IS': '1',
    '00200032 DS': `-10\\5\\${z}`,
    '00200037 DS': '1\\0\\0\\0\\1\\0',
    '00200052 UI': '1.2.826.0.1.99.3',
    '00280002 US': 1,
    '00280004 CS': 'MONOCHROME2',
    '00280010 US': 12,
    '00280011 US': 20,
    '00280030 DS': '0.8\\0.5',
    '00280100 US': 16,
    '00280101 US': 16,
    '00280102 US': 15,
    '00280103 US': 0,
    '7fe00010 OW': new Uint8Array(20 * 12 * 2),
    ...changes,
  };
  return drawDicom(Object.fromEntries(Object.entries(elements).filter(([, value]) => value !== undefined)) as Elements);
}

/** An ultrasound picture: it says nowhere where it lies in the patient. */
export function drawUltrasound(changes: Record<string, Drawn | undefined> = {}): Uint8Array {
  const without = Object.fromEntries(
    ['00180050 DS', '00200032 DS', '00200037 DS', '00200052 UI', '00280030 DS'].map((key) => [key, undefined]),
  );
  return drawSlice(0, {
    ...without,
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.6.1',
    '00080060 CS': 'US',
    ...changes,
  });
}

/** An enhanced CT of a frame for each `z`: orientation and spacing are shared, positions are each frame's own. */
export function drawEnhanced(zs: readonly number[]): Uint8Array {
  const without = Object.fromEntries(
    ['00180050 DS', '00200032 DS', '00200037 DS', '00280030 DS'].map((key) => [key, undefined]),
  );
  return drawSlice(0, {
    ...without,
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.2.1',
    '00080018 UI': '1.2.826.0.1.99.77',
    '00280008 IS': String(zs.length),
    '52009229 SQ': [
      {
        '00209116 SQ': [{ '00200037 DS': '1\\0\\0\\0\\1\\0' }],
        '00289110 SQ': [{ '00180050 DS': '2', '00280030 DS': '0.8\\0.5' }],
      },
    ],
    '52009230 SQ': zs.map((z) => ({ '00209113 SQ': [{ '00200032 DS': `-10\\5\\${z}` }] })),
    '7fe00010 OW': new Uint8Array(20 * 12 * 2 * zs.length),
  });
}
