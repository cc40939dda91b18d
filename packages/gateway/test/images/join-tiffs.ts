/** Single-page little-endian TIFFs one behind the other, each directory pointing to the next. */
export function joinTiffs(...files: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(files);
  let linkAt = 4;
  let start = 0;
  for (const file of files) {
    const directory = start + file.readUInt32LE(4);
    const count = joined.readUInt16LE(directory);
    joined.writeUInt32LE(directory, linkAt);
    for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) moveEntry(joined, entry, start);
    linkAt = directory + 2 + count * 12;
    start += file.length;
  }
  return joined;
}

/** Adds `by` to what an entry points to: its numbers, if they do not fit into it, and the strips, which 273 tells. */
function moveEntry(file: Buffer, entry: number, by: number): void {
  const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };
  const [tag, type, count] = [file.readUInt16LE(entry), file.readUInt16LE(entry + 2), file.readUInt32LE(entry + 4)];
  const isInline = sizes[type]! * count <= 4;
  const at = isInline ? entry + 8 : file.readUInt32LE(entry + 8) + by;
  if (!isInline) file.writeUInt32LE(at, entry + 8);
  if (tag !== 273) return;
  for (let item = at; item < at + count * 4; item += 4) file.writeUInt32LE(file.readUInt32LE(item) + by, item);
}
