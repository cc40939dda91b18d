import { rm } from 'node:fs/promises';
import { isZooError, ZooError, type WeightsProgress } from '../../../contract/index.js';
import { flushFile } from '../cache/flush-file.js';
import { parseRetryAfter, waitToRetry } from '../../wait-to-retry.js';
import { openToWrite, readText, sizeOf, writeText } from '../cache/cache-files.js';
import { createRequester, type WeightsResponse } from './request-weights.js';
import { explainUnreachable, isLocal, unavailable, type ExpectedFile } from '../weights-errors.js';
import type { WeightsSettings } from '../weights-options.js';
import { describeUrl } from './weights-url.js';

/** Vain attempts in a row, those without one more byte, before it is given up. */
const ATTEMPTS = 5;
const FIRST_RETRY_MS = 250;
/** A model.json, whose size is not declared, is a few kilobytes. */
const UNDECLARED_BYTES = 2 ** 20;
const REPORTS = 100;
/** An ETag or a date; one that was longer does not match, and all is fetched anew. */
const MAX_VALIDATOR_BYTES = 1024;

export interface Download {
  readonly expected: ExpectedFile;
  /** Where the bytes gather; what an earlier attempt left there is gone on from. */
  readonly part: string;
  /** Where they will lie, for messages. */
  readonly file: string;
  readonly settings: WeightsSettings;
  readonly signal: AbortSignal | undefined;
  readonly report: (
    state: WeightsProgress['state'],
    receivedBytes: number,
    totalBytes?: number,
    reason?: string,
  ) => void;
}

/** What another attempt may mend. */
class PassingFault extends Error {
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/**
 * Brings the whole file to `part`, over as many connections as it takes. Rejects with WEIGHTS_UNAVAILABLE, the signal's
 * reason, or a fault of this machine's disk.
 */
export async function downloadFile(download: Download): Promise<void> {
  const { expected, part, signal, report } = download;
  const requester = await createRequester();
  let furthest = await sizeOf(part);
  let vain = 0;
  try {
    for (;;) {
      try {
        await downloadOnce(download, requester);
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (isZooError(error) || isLocal(error)) throw error; // the latter is explained where the folder is known
        const received = await sizeOf(part);
        vain = received > furthest ? 1 : vain + 1;
        furthest = Math.max(furthest, received);
        if (vain >= ATTEMPTS) throw explain(download, error);
        report('retrying', received, expected.bytes, reasonOf(error));
        const retryAfterMs = error instanceof PassingFault ? error.retryAfterMs : undefined;
        await waitToRetry(vain, { firstMs: FIRST_RETRY_MS, retryAfterMs, signal });
      }
    }
  } finally {
    await requester.close();
  }
}

async function downloadOnce(download: Download, requester: Awaited<ReturnType<typeof createRequester>>): Promise<void> {
  const { expected, part, signal, settings } = download;
  const from = await sizeOf(part);
  if (from > 0 && from === expected.bytes) return;
  const url = new URL(expected.url);
  const validator =
    from > 0 ? await readText(validatorOf(part), MAX_VALIDATOR_BYTES).catch(() => undefined) : undefined;
  const response = await requester.request({ url, from, validator, headers: settings.headers, signal });
  if (response.statusCode !== 200 && response.statusCode !== 206) {
    await response.body.dump();
    if (response.statusCode !== 416 || from === 0) throw refuse(response, describeUrl(url));
    if (response.headers['content-range'] === `bytes */${from}`) return;
    await rm(part, { force: true }); // the file there is another by now
    throw new PassingFault('the server has less of it than was fetched before');
  }
  await receive(download, response, from);
}

async function receive(download: Download, response: WeightsResponse, from: number): Promise<void> {
  const { expected, part, report } = download;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '');
  const start = response.statusCode === 206 ? Number(range?.[1] ?? NaN) : 0;
  const length = response.headers['content-length'];
  const total = response.statusCode === 206 ? Number(range?.[2] ?? NaN) : Number(length ?? NaN);
  const limit = expected.bytes ?? UNDECLARED_BYTES;
  const totalBytes = expected.bytes ?? (Number.isNaN(total) ? undefined : total);
  try {
    if (start !== 0 && start !== from) throw new PassingFault(`the server went on at byte ${start} instead of ${from}`);
    if (total > limit || (expected.bytes !== undefined && total < limit)) throw otherSize(download, response, total);
    if (start === 0) await rememberValidator(part, response);
    const file = await openToWrite(part, start === 0 ? 'start' : 'middle');
    try {
      let received = start;
      let reported = -Infinity;
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        if (received + piece.length > limit) throw otherSize(download, response, received + piece.length);
        await file.write(piece, 0, piece.length, received);
        received += piece.length;
        if (received - reported < (totalBytes ?? limit) / REPORTS) continue;
        report('fetching', received, totalBytes);
        reported = received;
      }
      if (totalBytes !== undefined && received < totalBytes) throw new PassingFault('the connection ended early');
      await flushFile(file);
    } finally {
      await file.close();
    }
  } finally {
    response.body.destroy();
    response.body.on('error', () => undefined); // it was left on purpose
  }
}

/**
 * A weak ETag does not promise the same bytes (RFC 9110, 13.1.5); without a validator the digest alone decides in the
 * end.
 */
async function rememberValidator(part: string, { headers }: WeightsResponse): Promise<void> {
  const { etag, 'last-modified': date } = headers;
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : date;
  if (validator === undefined) await rm(validatorOf(part), { force: true });
  else await writeText(validatorOf(part), validator.slice(0, MAX_VALIDATOR_BYTES));
}

export function validatorOf(part: string): string {
  return `${part}.validator`;
}

function otherSize({ expected }: Download, { headers }: WeightsResponse, found: number): ZooError {
  const where = describeUrl(new URL(expected.url));
  const size = expected.bytes === undefined ? `at most ${UNDECLARED_BYTES} bytes` : `${expected.bytes} bytes`;
  return new ZooError(
    'WEIGHTS_CORRUPT',
    `What lies at ${where} is not the declared file: expected ${size}, the server sends ${found} or more ` +
      `(content type ${headers['content-type'] ?? 'not given'}). Check the URL in the model file; a log-in page ` +
      'or a Git LFS pointer is no model.',
    { details: { url: where, expectedBytes: expected.bytes ?? UNDECLARED_BYTES, foundBytes: found } },
  );
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Give the key it wants by the option weights.headers',
  403: 'Give the key it wants by the option weights.headers, or accept its licence there first',
  404: 'Check the URL in the model file',
  407: "Put the proxy's user in HTTPS_PROXY=http://user:password@host:port",
  410: 'Check the URL in the model file',
};

function refuse({ statusCode, headers }: WeightsResponse, where: string): Error {
  const isPassing = statusCode >= 500 || [408, 425, 429].includes(statusCode);
  if (isPassing) return new PassingFault(`the server answers ${statusCode}`, parseRetryAfter(headers['retry-after']));
  const remedy = REMEDIES[statusCode] ?? 'Try the URL in a browser';
  return unavailable(`The server answers ${statusCode} for the weights at ${where}. ${remedy}.`, {
    url: where,
    status: statusCode,
  });
}

function explain({ expected, file }: Download, error: unknown): ZooError {
  const where = describeUrl(new URL(expected.url));
  return unavailable(explainUnreachable(where, expected, file, reasonOf(error)), { url: where }, error);
}

/** A refused connection to several addresses is an AggregateError without a message. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  return message === '' ? (errors?.map((one) => one.message).join('; ') ?? String(code)) : message;
}
