import { decodeGrey16Png } from '../pictures/grey16-png.js';

const known = new WeakMap<Blob, Promise<Blob>>();

/** What an `img` is to show for `file`: the file itself, or a picture of it where a browser would show it black. */
export function toShowable(file: Blob): Promise<Blob> {
  const showable = known.get(file) ?? makeShowable(file);
  known.set(file, showable);
  return showable;
}

async function makeShowable(file: Blob): Promise<Blob> {
  const isPng = (await file.slice(1, 4).text()) === 'PNG';
  const pixels = isPng ? await decodeGrey16Png(new Uint8Array(await file.arrayBuffer())) : undefined;
  if (!pixels) return file;
  const { width, height, data } = pixels;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas.convertToBlob();
}
