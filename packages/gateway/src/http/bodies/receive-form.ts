import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { isZooError, ZooError } from '@medzoo/core';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { ImageUploads } from '../../images/image-uploads.js';
import type { StoredImage } from '../../images/stored-image.js';
import type { GatewaySettings } from '../../settings.js';
import { refuseRequest } from '../admission/refuse-request.js';

/** Images of one request; they come one after the other, and each is in the store before the next begins. */
const MOST_IMAGES = 8;

const PIECE_BYTES = 8192;

export interface ReceivedForm {
  readonly fields: ReadonlyMap<string, string>;
  /** By the name of their part. */
  readonly images: ReadonlyMap<string, StoredImage>;
}

/**
 * Receives a form, whose files go where other uploads go. Rejects with what is wrong with the form or with an image as
 * soon as it is known; what is left of the body is then still to be read.
 */
export async function receiveForm(
  request: IncomingMessage,
  receive: (body: Readable) => ReturnType<ImageUploads['receive']>,
  { maxQueryBytes }: GatewaySettings,
): Promise<ReceivedForm> {
  const form = openForm(request, maxQueryBytes);
  const fields = new Map<string, string>();
  const images = new Map<string, StoredImage>();
  const names = new Set<string>();
  const receiving: Promise<unknown>[] = [];
  const failed = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const checkIsNew = (name: string): void => {
        if (names.has(name))
          reject(refuseRequest(`The form has two parts of the name "${name}". Give each part a name of its own.`));
        names.add(name);
      };
      form.on('field', (name, value, _isNameCut, isValueCut) => {
        checkIsNew(name);
        if (isValueCut)
          reject(refuseRequest(`A field may have at most ${maxQueryBytes} bytes; "${name}" has more.`, 413));
        fields.set(name, value);
      });
      form.on('file', (name, stream) => {
        stream.on('error', () => undefined); // of which the form or the upload tells
        checkIsNew(name);
        if (failed.signal.aborted) {
          stream.resume();
          return;
        }
        failed.signal.addEventListener('abort', () => stream.destroy(failed.signal.reason as Error), { once: true });
        const received = receive(stream).then(({ image }) => images.set(name, image));
        received.catch((error: unknown) => reject(nameFile(error, name)));
        receiving.push(received);
      });
      for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'])
        form.once(event, () => reject(refuseRequest(`A form may have two fields and ${MOST_IMAGES} files.`, 413)));
      form.once('error', (error: Error) => reject(refuseRequest(`The form cannot be read: ${error.message}.`)));
      form.once('finish', () => void Promise.all(receiving).then(() => resolve(), reject));
      feed(request, form, failed.signal).catch(reject);
    });
  } catch (error) {
    form.on('error', () => undefined); // it is left half read
    failed.abort(error instanceof Error ? error : new Error(String(error)));
    await Promise.allSettled(receiving);
    throw error;
  }
  return { fields, images };
}

/** Which of several files is at fault: its part's name, which the caller's map has too, and not the file's. */
function nameFile(error: unknown, part: string): Error {
  if (!isZooError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code, message, details, cause } = error;
  return new ZooError(code, message, { details: { ...details, part }, cause });
}

/**
 * Writes the body to the form in pieces, and no further than to the first fault: a packet can have thousands of parts,
 * and the form takes them all before it lets anybody else do anything.
 */
async function feed(body: Readable, form: BusboyInstance, failed: AbortSignal): Promise<void> {
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      if (failed.aborted) return;
      if (!form.write(chunk.subarray(start, start + PIECE_BYTES))) await once(form, 'drain', { signal: failed });
      else await Promise.resolve(); // whoever is told of a fault is told before the next piece
    }
  }
  form.end();
}

/** The specification tells parts apart by their names; not all clients give the bytes of a file a name of a file. */
function isPartAFile(part?: string, contentType?: string, fileName?: string): boolean {
  if (part === 'operations' || part === 'map') return false;
  return fileName !== undefined || contentType !== 'text/plain'; // what has no type counts as that
}

function openForm({ headers }: IncomingMessage, fieldSize: number): BusboyInstance {
  try {
    const limits = {
      fields: 2,
      fieldSize,
      files: MOST_IMAGES,
      parts: MOST_IMAGES + 4,
      headerPairs: 20,
      headerSize: 4096,
    };
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits, isPartAFile });
  } catch (error) {
    throw refuseRequest(`The form cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
