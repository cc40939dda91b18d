import { ZooError } from '@medzoo/core';
import type { ExportFormat, WrittenFile } from '@medzoo/export';
import type { ExportedFile } from './reader-requests.js';

export function toExported(ending: string, mediaType: string, content: Uint8Array | string): ExportedFile {
  return { ending, mediaType, content: typeof content === 'string' ? Buffer.from(content) : content };
}

/** A link leads to one file. Throws INVALID_PARAM where labels overlap that one file cannot hold. */
export function takeOneFile(format: ExportFormat, [first, ...others]: readonly WrittenFile[]): ExportedFile {
  if (first && others.length === 0) return toExported(first.ending, first.mediaType, first.content);
  throw new ZooError(
    'INVALID_PARAM',
    `The masks of some labels overlap, which one file of the format ${format} cannot hold. Ask the head for one label.`,
    { details: { format } },
  );
}

export async function joinText(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}
