/** A CT volume in one file, of `frames` slices of `side` x `side` pixels of 16 bits, drawn: nobody's. */
export function drawCine(frames: number, side: number): Buffer {
  const pixels = new Uint16Array(frames * side * side);
  for (let frame = 0; frame < frames; frame += 1) drawSlice(pixels.subarray(frame * side * side), side, frame / frames);
  const shared = item([
    [0x00209116, 'SQ', item([[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']])],
    [
      0x00289110,
      'SQ',
      item([
        [0x00180050, 'DS', '2'],
        [0x00280030, 'DS', '1\\1'],
      ]),
    ],
  ]);
  const positions = Array.from({ length: frames }, (_, z) => {
    return item([[0x00209113, 'SQ', item([[0x00200032, 'DS', `0\\0\\${2 * z}`]])]]);
  });
  const data = elements([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'],
    [0x00080018, 'UI', '1.2.826.0.1.99.500'],
    [0x00080060, 'CS', 'CT'],
    [0x0020000d, 'UI', '1.2.826.0.1.99.1'],
    [0x0020000e, 'UI', '1.2.826.0.1.99.2'],
    [0x00200052, 'UI', '1.2.826.0.1.99.3'],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', side],
    [0x00280011, 'US', side],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 12],
    [0x00280102, 'US', 11],
    [0x00280103, 'US', 0],
    [0x52009229, 'SQ', shared],
    [0x52009230, 'SQ', Buffer.concat(positions)],
    [0x7fe00010, 'OW', Buffer.from(pixels.buffer)],
  ]);
  const syntax = elements([[0x00020010, 'UI', '1.2.840.10008.1.2.1']]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), syntax, data]);
}

/** A bright disc that moves and grows with `share`, on noise: no two frames are alike, and no cache helps. */
function drawSlice(pixels: Uint16Array, side: number, share: number): void {
  const [x0, y0, radius] = [side * (0.3 + 0.4 * share), side / 2, side * (0.1 + 0.2 * share)];
  let noise = Math.round(share * 2 ** 31) | 1;
  for (let at = 0; at < side * side; at += 1) {
    noise = Math.imul(noise, 1664525) + 1013904223;
    const isInside = Math.hypot((at % side) - x0, Math.floor(at / side) - y0) < radius;
    pixels[at] = (isInside ? 2500 : 800) + ((noise >>> 16) & 255);
  }
}

type Element = readonly [tag: number, vr: string, value: string | number | Buffer];

function elements(all: readonly Element[]): Buffer {
  return Buffer.concat(
    all.flatMap(([tag, vr, value]) => [header(tag, vr, bodyOf(vr, value).length), bodyOf(vr, value)]),
  );
}

function bodyOf(vr: string, value: string | number | Buffer): Buffer {
  if (typeof value === 'number') return Buffer.from(Uint16Array.of(value).buffer);
  if (typeof value !== 'string') return value;
  return Buffer.from(value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`, 'latin1');
}

function header(tag: number, vr: string, length: number): Buffer {
  const isLong = vr === 'SQ' || vr === 'OW';
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.write(vr, 4, 'latin1');
  if (isLong) bytes.writeUInt32LE(length, 8);
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

function item(all: readonly Element[]): Buffer {
  const body = elements(all);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
