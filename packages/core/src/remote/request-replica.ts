import { Pool, type Dispatcher } from 'undici';
import { ZooError } from '../contract/index.js';
import { parseRetryAfter } from '../model/wait-to-retry.js';
import { describeUrl } from '../model/weights/weights-url.js';
import { errorBody } from './oip.js';
import { checkHeaders, type RemoteSettings, type RequestHeaders } from './remote-options.js';
import { ReplicaFault, type FaultKind } from './replica-fault.js';

const CONNECT_MS = 5_000;
/** A server may not fill this process's memory: the largest embedding of SAM's family is 16 MiB. */
const MAX_ANSWER_BYTES = 256 * 2 ** 20;
/** Of what a server says about a fault. */
const MAX_WORDS = 300;

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

/** Connections are kept for a few seconds and hold no process up; proxies are not asked: such servers stand in the same house. */
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
      throw explainStatus(where, response, redact(quote(bytes), own));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ReplicaFault) throw error;
      if (timeout.aborted) throw new ReplicaFault('late', `${where} gave no answer within ${timeoutMs} ms.`);
      throw explainConnection(where, error);
    }
  };
}

async function readHeaders({ headers }: RemoteSettings): Promise<RequestHeaders> {
  if (typeof headers !== 'function') return headers;
  let made: RequestHeaders;
  try {
    made = await headers();
  } catch {
    // Without its cause, which may hold the secret that it was to fetch.
    throw new ZooError(
      'BACKEND_UNAVAILABLE',
      'The function `headers` of the remote backend failed. Mend it in the config.',
    );
  }
  checkHeaders(made);
  return made;
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

/** The server's own words, in one short line. */
function quote(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 4 * MAX_WORDS));
  let words = '';
  try {
    const { data } = errorBody.safeParse(JSON.parse(text));
    words = data?.error ?? '';
  } catch {
    // a proxy's page: its status says enough
  }
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}

/** A server that repeats what it was sent must not bring a token into a log. */
function redact(words: string, headers: RequestHeaders): string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  return secrets.filter(({ length }) => length > 3).reduce((text, secret) => text.replaceAll(secret, '***'), words);
}
