import { Pool, type Dispatcher } from 'undici';
import { describeUrl, parseRetryAfter } from '@medzoo/core/backend';
import { errorBody } from './oip.js';
import { quoteWords, readHeaders } from '../replicas/replica-headers.js';
import type { RemoteSettings, RequestHeaders } from '../remote-options.js';
import { ReplicaFault, type FaultKind } from '../replicas/replica-fault.js';
import { MAX_ANSWER_BYTES } from '../replicas/replica-limits.js';

const CONNECT_MS = 5_000;
/** Of an answer that tells of a fault. */
const MAX_FAULT_BYTES = 1200;

export interface ReplicaRequest {
  /** Below `/v2`, such as `/models/lungs/infer`. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: RequestHeaders;
  readonly body?: Uint8Array | string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ReplicaReply {
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Uint8Array;
}

/** Asks one server once. Rejects with a ReplicaFault, or with the signal's reason; only 200 and its like resolve. */
export type RequestReplica = (request: ReplicaRequest) => Promise<ReplicaReply>;

/**
 * Connections are kept for a few seconds and hold no process up; proxies are not asked: such servers stand in the same
 * house.
 */
export function createRequester(base: URL, settings: RemoteSettings): RequestReplica {
  const { ca, ...tls } = settings.tls;
  const trusted = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] };
  const pool = new Pool(base.origin, {
    connect: { timeout: CONNECT_MS, ...tls, ...trusted },
    headersTimeout: 0, // `timeoutMs` bounds the whole
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const prefix = base.pathname.replace(/\/+$/, '');
  const where = `The inference server at ${describeUrl(base)}`;

  return async ({ path, method = 'GET', headers, body, timeoutMs = settings.timeoutMs, signal }) => {
    const own = await readHeaders(settings);
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await pool.request({
        path: `${prefix}/v2${path}`,
        method,
        headers: { 'user-agent': 'medzoo', ...headers, ...own },
        ...(body !== undefined && { body }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const bytes = new Uint8Array(await response.body.arrayBuffer());
      if (response.statusCode >= 200 && response.statusCode < 300) return { headers: response.headers, body: bytes };
      throw explainStatus(where, response, quoteWords(readWords(bytes), own));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ReplicaFault) throw error;
      if (timeout.aborted) throw new ReplicaFault('late', `${where} gave no answer within ${timeoutMs} ms.`);
      throw explainConnection(where, error);
    }
  };
}

/** What a proxy says of a server that cut the connection, or was late. */
const PROXY_FAULTS: Readonly<Record<number, FaultKind>> = { 502: 'cut', 504: 'late' };

function explainStatus(where: string, { statusCode: status, headers }: Dispatcher.ResponseData, words: string) {
  const said = words && `: ${words}`;
  const proxied = PROXY_FAULTS[status];
  if (proxied) return new ReplicaFault(proxied, `${where} answered ${status}${said}`, { status });
  if (status !== 429 && status !== 503)
    return new ReplicaFault('refused', `${where} answered ${status}${said}`, { status });
  const retryAfterMs = parseRetryAfter(headers['retry-after']?.toString());
  return new ReplicaFault('busy', `${where} is busy, it answered ${status}${said}`, { status, retryAfterMs });
}

/** Codes of connections that were never made; TLS's are words about certificates. */
const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS|CERT_|.*(CERT|ISSUER|SELF_SIGNED))/;

function explainConnection(where: string, error: unknown): ReplicaFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = code || (error instanceof Error ? error.name : 'unknown');
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ReplicaFault('refused', `${where} sent more than ${MAX_ANSWER_BYTES} bytes.`);
  }
  if (!UNREACHABLE.test(code)) return new ReplicaFault('cut', `${where} cut the connection (${why}).`);
  const remedy = /CERT|ISSUER|SELF_SIGNED|TLS/.test(code) ? ' Give the certificates to trust as `tls.ca`.' : '';
  return new ReplicaFault('unreachable', `${where} cannot be reached (${why}).${remedy}`);
}

/** What the body of a fault says; of a proxy's page nothing, its status says enough. */
function readWords(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, MAX_FAULT_BYTES));
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.error ?? '';
  } catch {
    return '';
  }
}
