import { damaged } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';
import { directorySizes, readNumbers, type Tiff, type TiffEntry, type TiffLayout, type TiffPage } from './read-tiff.js';
import { PHOTOMETRIC, TAG } from './tags.js';

/** Tags of one number for each sample, which become one number. */
const PER_SAMPLE: readonly number[] = [TAG.BitsPerSample, TAG.SampleFormat];
/** Where the strips or tiles lie and how long they are: those of the first plane, then those of the second. */
const PARTS: readonly number[] = [TAG.StripOffsets, TAG.StripByteCounts, TAG.TileOffsets, TAG.TileByteCounts];

/**
 * The file with one page turned into a grey page of one of its samples, whose strips or tiles lie in the file by
 * themselves. libvips reads planes of grey as if their rows were interleaved, and planes in tiles not at all; a page of
 * one sample it reads rightly, whatever the compression. Only the directory changes, and with it the page is the file's
 * first and last.
 */
export async function extractPlane(tiff: Tiff, index: number, plane: number, samples: number): Promise<Uint8Array> {
  const page = tiff.pages[index]!;
  const copy = Uint8Array.from(await tiff.file.read(0, tiff.file.size));
  const edit = createEditor(copy, tiff.layout);
  const [photometric = PHOTOMETRIC.blackIsZero] = await readNumbers(tiff, page, TAG.PhotometricInterpretation);
  const grey =
    plane === 0 && photometric === PHOTOMETRIC.whiteIsZero ? PHOTOMETRIC.whiteIsZero : PHOTOMETRIC.blackIsZero;

  for (const [tag, entry] of page.entries) {
    if (tag === TAG.SamplesPerPixel || tag === TAG.PlanarConfiguration) edit.setNumbers(entry, [1]);
    else if (tag === TAG.PhotometricInterpretation) edit.setNumbers(entry, [grey]);
    else if (PER_SAMPLE.includes(tag)) edit.setNumbers(entry, await readNumbers(tiff, page, tag));
    else if (PARTS.includes(tag)) {
      const perPlane = entry.count / samples;
      if (!Number.isInteger(perPlane)) throw damaged('tiff', new Error('Planes have unequal numbers of strips.'));
      const parts = await readNumbers(tiff, page, tag, entry.count);
      edit.setNumbers(entry, parts.slice(plane * perPlane, (plane + 1) * perPlane));
    }
  }
  edit.makeOnlyPage(page, page.entries.get(TAG.ExtraSamples)); // last: the entries behind it move
  return copy;
}

interface Editor {
  /** Puts numbers, no more than there were, in place of an entry's own; their type stays. */
  setNumbers(entry: TiffEntry, values: readonly number[]): void;
  /** Makes this the first page and the last, without the entry `removed`. */
  makeOnlyPage(page: TiffPage, removed: TiffEntry | undefined): void;
}

function createEditor(bytes: Uint8Array, layout: TiffLayout): Editor {
  const { isBig, isLittleEndian } = layout;
  const view = viewOf(bytes);
  const sizes = directorySizes(layout);
  const setWord = (at: number, value: number): void => {
    if (isBig) view.setBigUint64(at, BigInt(value), isLittleEndian);
    else view.setUint32(at, value, isLittleEndian);
  };
  const setNumber = (at: number, length: number, value: number): void => {
    if (length === 1) view.setUint8(at, value);
    else if (length === 2) view.setUint16(at, value, isLittleEndian);
    else if (length === 4) view.setUint32(at, value, isLittleEndian);
    else view.setBigUint64(at, BigInt(value), isLittleEndian);
  };

  return {
    setNumbers({ entryAt, valuesAt, itemBytes }, values) {
      setWord(entryAt + 4, values.length);
      const inlineAt = entryAt + sizes.entry - sizes.offset;
      const isInline = values.length * itemBytes <= sizes.offset;
      if (isInline) setWord(inlineAt, 0);
      values.forEach((value, item) => setNumber((isInline ? inlineAt : valuesAt) + item * itemBytes, itemBytes, value));
    },
    makeOnlyPage({ directoryAt, entryCount }, removed) {
      const end = directoryAt + sizes.count + entryCount * sizes.entry;
      setWord(end, 0);
      setWord(isBig ? 8 : 4, directoryAt);
      if (!removed) return;
      bytes.copyWithin(removed.entryAt, removed.entryAt + sizes.entry, end + sizes.offset);
      setNumber(directoryAt, sizes.count, entryCount - 1);
    },
  };
}
