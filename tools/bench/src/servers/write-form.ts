import { randomUUID } from 'node:crypto';

export interface Form {
  readonly contentType: string;
  readonly body: Buffer;
}

/** A multipart form of text fields and one file after them, in one piece: a FormData would be read in many. */
export function writeForm(fields: Readonly<Record<string, string>>, fileField: string, file: Uint8Array): Form {
  const boundary = randomUUID();
  const partOf = (disposition: string): string => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const texts = Object.entries(fields).map(([name, text]) => `${partOf(`name="${name}"`)}\r\n${text}\r\n`);
  const head = `${partOf(`name="${fileField}"; filename="image"`)}Content-Type: application/octet-stream\r\n\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(texts.join('') + head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
