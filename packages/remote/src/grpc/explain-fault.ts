import type { ServiceError } from '@grpc/grpc-js';
import { ReplicaFault } from '../replicas/replica-fault.js';

/**
 * gRPC's codes as statuses of HTTP, as google.rpc.Code relates them: an error reads alike whatever the server speaks.
 */
const STATUSES: Readonly<Record<number, number>> = {
  1: 499, // CANCELLED
  2: 500, // UNKNOWN
  3: 400, // INVALID_ARGUMENT
  4: 504, // DEADLINE_EXCEEDED
  5: 404, // NOT_FOUND
  6: 409, // ALREADY_EXISTS
  7: 403, // PERMISSION_DENIED
  8: 429, // RESOURCE_EXHAUSTED
  9: 400, // FAILED_PRECONDITION
  10: 409, // ABORTED
  11: 400, // OUT_OF_RANGE
  12: 501, // UNIMPLEMENTED
  13: 500, // INTERNAL
  14: 503, // UNAVAILABLE
  15: 500, // DATA_LOSS
  16: 401, // UNAUTHENTICATED
};
const [CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE] = [1, 4, 8, 13, 14];

interface Circumstances {
  /** What the call had. */
  readonly timeoutMs: number;
  /** Whether that time has passed. A server is told the deadline and may be the first to say so. */
  readonly isOver: boolean;
  /** A server's words, fit for a message. */
  readonly quote: (words: string) => string;
}

/** How @grpc/grpc-js begins the words of a status that it made itself. */
const OWN_WORDS =
  /^(No connection|Name resolution|Connection dropped|Call cancelled|Cancelled|Received (RST_STREAM|HTTP status|message)|Deadline exceeded after|Stream|Channel|.*\bECONN)/;

/** What it means that a call ended so. A status of the server's brings its headers, unless these came before. */
export function explainFault(where: string, error: ServiceError, circumstances: Circumstances): ReplicaFault {
  const { timeoutMs, isOver, quote } = circumstances;
  const { details, metadata } = error;
  const code: number = error.code; // the enum's values would have to be imported, and the package may be absent
  if (code === DEADLINE_EXCEEDED && isOver) return explainLateness(where, timeoutMs);
  const isOfServer = metadata.get('content-type').length > 0 || !OWN_WORDS.test(details);
  if (!isOfServer) return explainTransport(where, code, details, timeoutMs);
  const status = STATUSES[code] ?? 500;
  const said = `answered ${quote(details) || `code ${code}`}`;
  if (code === UNAVAILABLE || code === RESOURCE_EXHAUSTED)
    return new ReplicaFault('busy', `${where} is busy, it ${said}`, { status });
  return new ReplicaFault(code === DEADLINE_EXCEEDED ? 'late' : 'refused', `${where} ${said}`, { status });
}

function explainLateness(where: string, timeoutMs: number): ReplicaFault {
  return new ReplicaFault('late', `${where} gave no answer within ${timeoutMs} ms.`);
}

/** What a proxy says in HTTP of a server behind it. */
const PROXY_FAULTS: Readonly<Record<number, ReplicaFault['kind']>> = {
  429: 'busy',
  502: 'cut',
  503: 'busy',
  504: 'late',
};

const TLS_WORDS = /certificate|altname|\bSSL\b|\bTLS\b|SELF_SIGNED|ISSUER/i;

function explainTransport(where: string, code: number, details: string, timeoutMs: number): ReplicaFault {
  if (code === DEADLINE_EXCEEDED) return explainLateness(where, timeoutMs);
  const status = Number(/^Received HTTP status code (\d+)/.exec(details)?.[1] ?? 0);
  if (status > 0)
    return new ReplicaFault(PROXY_FAULTS[status] ?? 'refused', `${where} answered ${status}.`, { status });
  if (code === RESOURCE_EXHAUSTED) return new ReplicaFault('refused', `${where} sent a message that is too large.`);
  const reason = findReason(details);
  if (/^(No connection established|Name resolution failed)/.test(details)) {
    const remedy = TLS_WORDS.test(details)
      ? ' Give the certificates to trust as `tls.ca`, and grpc: or grpcs: as the server speaks.'
      : '';
    return new ReplicaFault('unreachable', `${where} cannot be reached (${reason}).${remedy}`);
  }
  const isCut = code === CANCELLED || code === UNAVAILABLE || (code === INTERNAL && details.includes('RST_STREAM'));
  if (isCut) return new ReplicaFault('cut', `${where} cut the connection (${reason}).`);
  return new ReplicaFault('refused', `${where} did not answer as gRPC does (${reason}).`, {
    status: STATUSES[code] ?? 500,
  });
}

/** A code where there is one, else the first words, without an address or a time. */
function findReason(details: string): string {
  const code = /\b(E[A-Z]{4,}|[A-Z]+_[A-Z_]{3,})\b/.exec(details)?.[1];
  if (code !== undefined) return code;
  if (details.startsWith('Name resolution failed')) return 'ENOTFOUND';
  if (TLS_WORDS.test(details)) return 'TLS';
  return details.replace(/^No connection established\. Last error: (Error: )?/, '').replace(/\s*[(.:].*$/s, '');
}
