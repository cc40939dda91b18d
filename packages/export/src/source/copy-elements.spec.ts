import { describe, expect, it } from 'vitest';
import { drawSlice } from '../../test/dicom-files.js';
import { copyElements } from './copy-elements.js';
import { parseSource } from './parse-source.js';

const NAME = { x00100010: 'PN' };

function nameIn(characterSet: string | undefined, bytes: readonly number[]): unknown {
  const file = drawSlice(0, { '00080005 CS': characterSet, '00100010 PN': Uint8Array.from(bytes) });
  return copyElements(parseSource(file), NAME, () => undefined)['00100010']?.values;
}

describe('copyElements', () => {
  it.each<[string, string | undefined, readonly number[], string]>([
    ['Latin-1', 'ISO_IR 100', [0x42, 0x75, 0x63, 0x5e, 0x4a, 0xe9, 0x72, 0xf4, 0x6d, 0x65], 'Buc^Jérôme'],
    ['UTF-8', 'ISO_IR 192', [...Buffer.from('Wang^小东')], 'Wang^小东'],
    ['GB18030', 'GB18030', [0x57, 0x61, 0x6e, 0x67, 0x5e, 0xd0, 0xa1, 0xb6, 0xab], 'Wang^小东'],
    [
      // PS3.5, H.3.1
      'Japanese with escape sequences',
      '\\ISO 2022 IR 87',
      [
        0x59, 0x61, 0x6d, 0x61, 0x64, 0x61, 0x5e, 0x54, 0x61, 0x72, 0x6f, 0x75, 0x3d, 0x1b, 0x24, 0x42, 0x3b, 0x33,
        0x45, 0x44, 0x1b, 0x28, 0x42, 0x5e, 0x1b, 0x24, 0x42, 0x42, 0x40, 0x4f, 0x3a, 0x1b, 0x28, 0x42,
      ],
      'Yamada^Tarou=山田^太郎',
    ],
    ['UTF-8 that nobody declared', undefined, [...Buffer.from('Jérôme')], 'Jérôme'],
    ['Latin-1 that nobody declared', undefined, [0x4a, 0xe9, 0x72, 0xf4, 0x6d, 0x65], 'Jérôme'],
  ])('reads a name in %s', (_, characterSet, bytes, name) => {
    expect(nameIn(characterSet, bytes)).toEqual([name]);
  });

  it('refuses a character set that nobody knows, without showing the name', () => {
    expect(() => nameIn('ISO_IR 999', [0x4a, 0xe9])).toThrow('SpecificCharacterSet of the source');
    expect(nameIn('ISO_IR 999', [0x4a, 0x61])).toEqual(['Ja']);
  });

  it('copies the items of a sequence without private elements', () => {
    const file = drawSlice(0, {
      '00120064 SQ': [
        { '00080100 SH': '113100', '00080102 SH': 'DCM', '00090010 LO': 'OURS', '00091010 LO': 'secret' },
      ],
    });
    const found = copyElements(parseSource(file), { x00120064: 'SQ' }, (tag) =>
      tag.startsWith('x0008') ? 'SH' : undefined,
    );
    expect(found['00120064']?.values).toEqual([
      { '00080100': { vr: 'SH', values: ['113100'] }, '00080102': { vr: 'SH', values: ['DCM'] } },
    ]);
  });

  it('writes old dates as the standard does, and leaves out what is none', () => {
    const table = { x00080020: 'DA', x00080030: 'TM', x00101010: 'AS', x00101020: 'DS' };
    const file = drawSlice(0, {
      '00080020 DA': '1997.04.24',
      '00080030 TM': '15:18:59',
      '00101010 AS': '99',
      '00101020 DS': '1.75',
    });
    const found = copyElements(parseSource(file), table, () => undefined);
    expect(Object.fromEntries(Object.entries(found).map(([tag, { values }]) => [tag, values]))).toEqual({
      '00080020': ['19970424'],
      '00080030': ['151859'],
      '00101020': ['1.75'],
    });
  });
});
