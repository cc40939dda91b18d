/** What went wrong, in the gateway's own code and words where it said so. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** Whether the same request may well succeed a little later. */
  readonly retryable: boolean;
}

/** A fault as something to throw; `stage` says which of the page's requests met it. */
export class PageError extends Error {
  override readonly name = 'PageError';

  constructor(
    readonly stage: 'upload' | 'query' | 'picture',
    readonly fault: Fault,
  ) {
    super(fault.message);
  }
}

/**
 * The gateway's fault out of the body of an answer: `{ error }` over HTTP, `{ errors }` in GraphQL; undefined if it
 * holds none.
 */
export function readFault(body: unknown): Fault | undefined {
  if (!isRecord(body)) return undefined;
  if (isRecord(body.error)) return toFault(body.error, body.error);
  const first: unknown = Array.isArray(body.errors) ? body.errors[0] : undefined;
  if (!isRecord(first)) return undefined;
  return toFault(first, isRecord(first.extensions) ? first.extensions : {});
}

/** For an answer that is not the gateway's, such as a proxy's page. */
export function strangeAnswer(status: number): Fault {
  const message =
    `The answer was not one of the gateway (HTTP ${status}): a proxy in between may have sent it. Ask whoever ` +
    'runs it.';
  return { code: `HTTP_${status}`, message, retryable: status >= 500 };
}

/** For a request that got no answer at all. */
export function noAnswer(): Fault {
  const message = 'The gateway did not answer. See that it runs and that you are connected.';
  return { code: 'NO_ANSWER', message, retryable: true };
}

/** For a file that cannot be read out of the place where it was chosen. */
export function unreadableFile(): Fault {
  const message =
    'This browser cannot read the file: it was changed, moved or deleted after it was chosen, or it is a folder. ' +
    'Choose it again; of a folder, put the DICOM files of the series into a ZIP and choose that.';
  return { code: 'FILE_UNREADABLE', message, retryable: false };
}

/** What an error is for the page: the gateway's own fault, or one of the page itself. */
export function faultOf(error: unknown): Fault {
  if (error instanceof PageError) return error.fault;
  const message = 'This page failed to show the answer. Load it again; the editor below asks the same.';
  return { code: 'PAGE_FAILED', message, retryable: false };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toFault({ message }: Readonly<Record<string, unknown>>, facts: Readonly<Record<string, unknown>>): Fault {
  return {
    code: typeof facts.code === 'string' ? facts.code : 'UNKNOWN',
    message: typeof message === 'string' ? message : 'The gateway did not say why.',
    retryable: facts.retryable === true,
  };
}
