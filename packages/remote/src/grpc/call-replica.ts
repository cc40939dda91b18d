import { createSecureContext, type SecureContext } from 'node:tls';
import type { ChannelCredentials, Client, ClientUnaryCall, Metadata, ServiceError } from '@grpc/grpc-js';
import { ZooError } from '@medzoo/core/contract';
import { describeUrl } from '@medzoo/core/backend';
import type { RemoteSettings, RequestHeaders } from '../remote-options.js';
import { quoteWords, readHeaders } from '../replicas/replica-headers.js';
import { MAX_ANSWER_BYTES } from '../replicas/replica-limits.js';
import { explainFault } from './explain-fault.js';
import { loadGrpc, type Grpc } from './load-grpc.js';

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How much earlier than here a server, which is told the deadline, may find that it has passed. */
const CLOCK_MS = 10;

/** Calls one server once. Rejects with a ReplicaFault, or with the signal's reason. */
export type CallReplica = <R>(method: string, message: object, options?: CallOptions) => Promise<R>;

/**
 * The connection is made with the first call, made anew when it was lost, and holds no process up; proxies are not
 * asked.
 */
export function createCaller(url: URL, settings: RemoteSettings): CallReplica {
  let opening: Promise<{ readonly client: Client } & Grpc> | undefined;
  const where = `The inference server at ${describeUrl(url)}`;

  return async <R>(
    method: string,
    message: object,
    { timeoutMs = settings.timeoutMs, signal }: CallOptions = {},
  ): Promise<R> => {
    const { client, grpc, methods } = await (opening ??= openClient(url, settings));
    const own = await readHeaders(settings);
    signal?.throwIfAborted();
    const { path, requestSerialize, responseDeserialize } = methods[method]!;
    const metadata = toMetadata(new grpc.Metadata(), own);
    const deadline = Date.now() + timeoutMs;
    let call: ClientUnaryCall | undefined;
    const onAbort = (): void => call?.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<R>((resolve, reject) => {
        call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize as (bytes: Buffer) => R,
          message,
          metadata,
          { deadline },
          (error, answer) => (error ? reject(error) : resolve(answer!)),
        );
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isServiceError(error)) throw error;
      const isOver = Date.now() >= deadline - CLOCK_MS;
      throw explainFault(where, error, { timeoutMs, isOver, quote: (words) => quoteWords(words, own) });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  };
}

async function openClient(url: URL, settings: RemoteSettings): Promise<{ readonly client: Client } & Grpc> {
  const loaded = await loadGrpc();
  const { servername } = settings.tls;
  const client = new loaded.grpc.Client(url.host, createCredentials(loaded, url, settings), {
    'grpc.primary_user_agent': 'medzoo',
    'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0, // it is up to the caller, who knows other servers
    'grpc.enable_http_proxy': 0,
    // A server that comes back is to be met at the next attempt, whose waits are the caller's too.
    'grpc.initial_reconnect_backoff_ms': settings.retryAfterMs,
    'grpc.max_reconnect_backoff_ms': 1000,
    ...(servername !== undefined && { 'grpc.ssl_target_name_override': servername }),
  });
  return { client, ...loaded };
}

function createCredentials({ grpc }: Grpc, { protocol }: URL, { tls }: RemoteSettings): ChannelCredentials {
  if (protocol === 'grpc:') return grpc.credentials.createInsecure();
  return grpc.credentials.createFromSecureContext(readCertificates(tls));
}

function readCertificates({ ca, cert, key, passphrase }: RemoteSettings['tls']): SecureContext {
  const options = {
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  };
  try {
    return createSecureContext(options);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const message =
      `The certificates in \`tls\` of the remote backend cannot be read (${why}). ` +
      'Give them and the key as PEM text.';
    throw new ZooError('INVALID_MANIFEST', message);
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'details' in error && 'metadata' in error;
}

/** Throws INVALID_MANIFEST, which names the header and never its value, for one that gRPC cannot carry. */
function toMetadata(metadata: Metadata, headers: RequestHeaders): Metadata {
  for (const [name, value] of Object.entries(headers)) {
    try {
      metadata.set(name, value);
    } catch {
      const message = `The header ${JSON.stringify(name)} of the remote backend is none that gRPC can carry.`;
      throw new ZooError('INVALID_MANIFEST', message);
    }
  }
  return metadata;
}
