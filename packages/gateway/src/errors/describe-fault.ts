import { type ErrorCode, type ErrorDetails, isZooError } from '@medzoo/core';
import { StoreUnavailable } from '../images/store-fault.js';

/** What a caller is told about an error, over GraphQL and HTTP alike. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** Whether the same request may well succeed a little later. */
  readonly retryable: boolean;
  readonly details?: ErrorDetails;
  /** Where the message says little on purpose: what to quote to whoever runs the gateway. */
  readonly requestId?: string;
  readonly status: number;
  readonly retryAfterSeconds?: number;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_IMAGE: 400,
  UNSUPPORTED_FORMAT: 415,
  IMAGE_TOO_LARGE: 413,
  INVALID_PARAM: 400,
  UNKNOWN_HEAD: 404,
  OUT_OF_DOMAIN: 422,
  IMAGE_NOT_FOUND: 404,
  INVALID_MANIFEST: 500,
  MODEL_MISMATCH: 500,
  HEAD_FAILED: 500,
  WEIGHTS_CORRUPT: 500,
  WEIGHTS_UNAVAILABLE: 503,
  BACKEND_UNAVAILABLE: 503,
  INFERENCE_FAILED: 500,
  IMAGE_QUARANTINED: 422,
  BUSY: 503,
  DEADLINE_EXCEEDED: 504,
};

const MOST_CHARACTERS = 1000;
/** A person or an orchestrator mends a folder: to ask each second would help nobody. */
const MENDED_AFTER_SECONDS = 10;

/** Answered with when to ask again. */
const MAY_COME_BACK: ReadonlySet<ErrorCode> = new Set([
  'IMAGE_QUARANTINED',
  'WEIGHTS_UNAVAILABLE',
  'BACKEND_UNAVAILABLE',
  'BUSY',
]);

/** Told in full although the caller is not to blame: they say when to come back. */
const SAFE_TO_TELL: ReadonlySet<ErrorCode> = new Set(['IMAGE_QUARANTINED', 'BUSY', 'DEADLINE_EXCEEDED']);

/** The caller's own faults in full; of others the code, and the id under which the log has the rest. Never throws. */
export function describeFault(error: unknown, requestId = 'unknown'): Fault {
  if (isRefusedRequest(error))
    return { code: 'BAD_REQUEST', message: sayRefusal(error), retryable: false, status: error.status };
  if (error instanceof StoreUnavailable) {
    const { message } = error;
    return {
      code: 'STORE_UNAVAILABLE',
      message,
      retryable: true,
      status: 503,
      retryAfterSeconds: MENDED_AFTER_SECONDS,
    };
  }
  if (!isZooError(error)) {
    return { code: 'INTERNAL_SERVER_ERROR', retryable: false, status: 500, ...masked(requestId) };
  }
  const { code, message, blame, retryable, details } = error;
  const status = STATUS[code];
  const fault = {
    code,
    retryable,
    status,
    ...(MAY_COME_BACK.has(code) && { retryAfterSeconds: secondsOf(details) }),
  };
  const isSafe = blame === 'caller' || SAFE_TO_TELL.has(code);
  if (!isSafe) return { ...fault, ...masked(requestId) };
  return { ...fault, message: shortenMessage(message), ...(Object.keys(details).length > 0 && { details }) };
}

/** What is wrong is said first; values that were given, which may be long, come after. */
export function shortenMessage(message: string): string {
  return message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)}…` : message;
}

/** What the zoo measured, if it said so; HTTP counts in whole seconds. */
function secondsOf({ retryAfterMs }: ErrorDetails): number {
  return typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1000)) : 1;
}

/** Whether an error is how a busy server is meant to answer, and nothing is broken. */
export function isRefusal(error: unknown): boolean {
  return isZooError(error) && SAFE_TO_TELL.has(error.code);
}

/** Whether an error is worth an operator's attention: a caller's own faults, and a caller who hung up, are not. */
export function isServerFault(error: unknown): boolean {
  if (isZooError(error)) return error.blame !== 'caller';
  return !isRefusedRequest(error) && !isHangUp(error);
}

/** How an abort signal, Node's streams and express's sendFile say that the client has gone. */
const HANG_UPS: readonly unknown[] = ['AbortError', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED'];

function isHangUp(error: unknown): boolean {
  return (
    error instanceof Error && (HANG_UPS.includes(error.name) || ('code' in error && HANG_UPS.includes(error.code)))
  );
}

/** What express and its body parsers throw at a malformed request. */
interface RefusedRequest extends Error {
  readonly status: number;
  /** A body parser's name for what is wrong. */
  readonly type?: unknown;
  readonly limit?: unknown;
  /** Of zlib: the body is not compressed as its header says, or is cut off. */
  readonly code?: unknown;
}

/** A parser says in three words that something is wrong, and neither what is allowed nor what to do. */
function sayRefusal(refused: RefusedRequest): string {
  const { type, limit, code } = refused;
  const message = shortenMessage(refused.message);
  if (refused instanceof URIError) return `The URL cannot be read: ${message}. Use links as they were given.`;
  if (typeof code === 'string' && code.startsWith('Z_'))
    return `The body cannot be decompressed: ${message}. Send it whole, and compressed as its Content-Encoding says.`;
  switch (type) {
    case 'entity.too.large':
      return `The body may have at most ${Number(limit)} bytes. Ask for less at once.`;
    case 'entity.parse.failed':
      return `The body must be JSON such as {"query":"{ heads { id } }"}; it cannot be read: ${message}.`;
    case 'encoding.unsupported':
      return `The body has an ${message}. Send it as it is, or compressed by gzip, deflate or br.`;
    case 'charset.unsupported':
      return `The body has an ${message}. Send JSON in UTF-8.`;
    default:
      return message;
  }
}

function isRefusedRequest(error: unknown): error is RefusedRequest {
  if (!(error instanceof Error && 'status' in error && typeof error.status === 'number')) return false;
  return error.status >= 400 && error.status < 500;
}

function masked(requestId: string): Pick<Fault, 'message' | 'requestId'> {
  return { message: `Something failed on the server. Quote request ${requestId} when you report it.`, requestId };
}
