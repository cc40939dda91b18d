import { describeThrown } from '../text/describe-thrown.js';
import { showValue } from '../text/show-value.js';

/** Whose turn it is to act: the one who asked, the one who made the head or model, or the one who runs the server. */
export type Blame = 'caller' | 'author' | 'server';

interface Fault {
  readonly blame: Blame;
  /** Whether the same request may well succeed a little later. */
  readonly retryable: boolean;
}

/** The codes are the API: a consumer branches on them. What blame and retry mean is fixed by the code. */
const FAULTS = {
  INVALID_IMAGE: { blame: 'caller', retryable: false },
  UNSUPPORTED_FORMAT: { blame: 'caller', retryable: false },
  IMAGE_TOO_LARGE: { blame: 'caller', retryable: false },
  INVALID_PARAM: { blame: 'caller', retryable: false },
  UNKNOWN_HEAD: { blame: 'caller', retryable: false },
  OUT_OF_DOMAIN: { blame: 'caller', retryable: false },
  IMAGE_NOT_FOUND: { blame: 'caller', retryable: false },
  INVALID_MANIFEST: { blame: 'author', retryable: false },
  MODEL_MISMATCH: { blame: 'author', retryable: false },
  HEAD_FAILED: { blame: 'author', retryable: false },
  WEIGHTS_CORRUPT: { blame: 'server', retryable: false },
  WEIGHTS_UNAVAILABLE: { blame: 'server', retryable: true },
  BACKEND_UNAVAILABLE: { blame: 'server', retryable: false },
  INFERENCE_FAILED: { blame: 'server', retryable: true },
  IMAGE_QUARANTINED: { blame: 'server', retryable: false },
  BUSY: { blame: 'server', retryable: true },
  DEADLINE_EXCEEDED: { blame: 'server', retryable: true },
} as const satisfies Record<string, Fault>;

export type ErrorCode = keyof typeof FAULTS;

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Facts about a fault for programs; never image bytes, file names or anything about a patient. */
export type ErrorDetails = Readonly<Record<string, Json>>;

/** A `ZooError` as plain data, to cross a process boundary. */
export interface ZooErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly blame: Blame;
  readonly retryable: boolean;
  readonly details: ErrorDetails;
  readonly cause?: { readonly name: string; readonly message: string };
}

/** The one error of medzoo. Its message says what was expected, what came, and what to do. */
export class ZooError extends Error {
  override readonly name = 'ZooError';
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (!isCode(code)) {
      const known = Object.keys(FAULTS).join(', ');
      throw new TypeError(`The code of a ZooError is one of ${known}; got ${showValue(code)}.`);
    }
    this.code = code;
    this.blame = FAULTS[code].blame;
    this.retryable = FAULTS[code].retryable;
    this.details = options.details ?? {};
  }

  toJSON(): ZooErrorData {
    const { code, message, blame, retryable, details, cause } = this;
    return {
      code,
      message,
      blame,
      retryable,
      details,
      ...(cause instanceof Error && { cause: describeCause(cause) }),
    };
  }

  /** From what `toJSON` made. Throws a TypeError for an unknown code. */
  static fromJSON(data: ZooErrorData): ZooError {
    const { code, message, details } = data;
    if (!data.cause) return new ZooError(code, message, { details });
    const cause = Object.assign(new Error(data.cause.message), { name: data.cause.name });
    return new ZooError(code, message, { details, cause });
  }
}

/** Of an error that somebody else's code threw: what it calls its name may be anything. */
function describeCause(cause: Error): { readonly name: string; readonly message: string } {
  const message = describeThrown(cause);
  try {
    const { name }: { readonly name: unknown } = cause;
    return { name: String(name), message };
  } catch {
    return { name: 'Error', message };
  }
}

/** Whether `error` is a `ZooError`, also one of another copy of this package in the same program. */
export function isZooError(error: unknown): error is ZooError {
  return error instanceof Error && error.name === 'ZooError' && 'code' in error && isCode(error.code);
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(FAULTS, code);
}
