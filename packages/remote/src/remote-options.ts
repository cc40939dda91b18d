import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { ZooError, type ModelSpec } from '@medzoo/core/contract';
import { remoteModelName } from './remote-model-name.js';

export type RequestHeaders = Readonly<Record<string, string>>;

/** What proves the server to us, and us to the server; PEM text. */
export interface RemoteTls {
  /** Certificates to trust in place of Node's own, such as a hospital's. */
  readonly ca?: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** The name that the certificate must have, where it is not the URL's host. */
  readonly servername?: string;
}

/** Servers that speak the Open Inference Protocol version 2 (KServe v2), and how they are used. */
export interface RemoteOptions {
  /**
   * One or more servers with the same models: `https://triton-1:8000`, where a path may stand before `/v2`, or
   * `grpcs://triton-1:8001`. `http:` and `grpc:` are not encrypted. gRPC needs two packages more, @grpc/grpc-js and
   * @grpc/proto-loader.
   */
  readonly urls: readonly string[];
  /** Of every request, such as `authorization`; a function is asked anew each time. Never in an error or a log. */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
  readonly tls?: RemoteTls;
  /** Of one request, its answer included; 30 s if left out. */
  readonly timeoutMs?: number;
  /** Of loading a model on a server; 120 s if left out. */
  readonly loadTimeoutMs?: number;
  /** How often a request is repeated that found a server busy or out of reach; 3 if left out. */
  readonly retries?: number;
  /** Before the first repetition, doubled for each further one, with jitter; 100 ms if left out. */
  readonly retryAfterMs?: number;
  /** What a model is called on the servers; `remoteModelName` if left out. */
  readonly modelName?: (spec: ModelSpec) => string;
  /**
   * Who loads models: 'never' this backend (they must be there); it, where one is missing ('load'); or it, and it
   * unloads those that it loaded once its last session closes ('load-and-unload': not where other programs use the same
   * servers). 'never' if left out.
   */
  readonly loading?: 'never' | 'load' | 'load-and-unload';
  /** Refuse a model of which the server does not state the SHA-256 of its file; true if left out. */
  readonly requireDigest?: boolean;
  /**
   * How tensors travel over HTTP; 'binary' where the server says that it can, else 'json', if left out. gRPC's are
   * binary.
   */
  readonly encoding?: 'binary' | 'json';
}

/** Options that have been checked, with what is meant by those left out. */
export interface RemoteSettings {
  readonly urls: readonly URL[];
  readonly headers: NonNullable<RemoteOptions['headers']>;
  readonly tls: RemoteTls;
  readonly timeoutMs: number;
  readonly loadTimeoutMs: number;
  readonly retries: number;
  readonly retryAfterMs: number;
  readonly modelName: (spec: ModelSpec) => string;
  readonly loading: 'never' | 'load' | 'load-and-unload';
  readonly requireDigest: boolean;
  readonly encoding: 'binary' | 'json' | undefined;
}

const milliseconds = z
  .number()
  .positive()
  .max(2 ** 31 - 1);
const pem = z.string().min(1);

const remoteOptions = z.strictObject({
  urls: z.array(z.string()).min(1),
  headers: z
    .union([
      z.record(z.string(), z.string()),
      z.custom<() => RequestHeaders>((value) => typeof value === 'function', 'expected an object or a function'),
    ])
    .default({}),
  tls: z
    .strictObject({
      ca: z.union([pem, z.array(pem)]).exactOptional(),
      cert: pem.exactOptional(),
      key: pem.exactOptional(),
      passphrase: z.string().exactOptional(),
      servername: z.string().min(1).exactOptional(),
    })
    .default({}),
  timeoutMs: milliseconds.default(30_000),
  loadTimeoutMs: milliseconds.default(120_000),
  retries: z.int().min(0).max(10).default(3),
  retryAfterMs: milliseconds.default(100),
  modelName: z
    .custom<RemoteSettings['modelName']>((value) => typeof value === 'function', 'expected a function')
    .default(() => remoteModelName),
  loading: z.enum(['never', 'load', 'load-and-unload']).default('never'),
  requireDigest: z.boolean().default(true),
  encoding: z.enum(['binary', 'json']).optional(),
});

/** Throws INVALID_MANIFEST, which names the option and never its value: it may be a secret. */
export function checkRemoteOptions(options: RemoteOptions): RemoteSettings {
  const { success, data, error } = remoteOptions.safeParse(options);
  if (!success) {
    const lines = error.issues.map(({ path, message }) => `${path.join('.') || '(options)'}: ${message}`);
    throw invalid(`The options of the remote backend are not valid: ${lines.join('; ')}.`);
  }
  if (typeof data.headers === 'object') checkHeaders(data.headers);
  return { ...data, encoding: data.encoding, urls: data.urls.map(parseUrl) };
}

/** Throws INVALID_MANIFEST, which names the header and never its value. */
export function checkHeaders(headers: RequestHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw invalid(`The header ${JSON.stringify(name)} of the remote backend is none that HTTP can carry.`);
    }
  }
}

function parseUrl(text: string, index: number): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isBare && ['http:', 'https:'].includes(url.protocol)) return url;
  if (isBare && isGrpc(url) && url.port !== '' && ['', '/'].includes(url.pathname)) return url;
  throw invalid(
    `urls.${index} of the remote backend is no address of a server, such as https://triton-1:8000 or ` +
      'grpcs://triton-1:8001. A user, a password or a key belongs into `headers`.',
  );
}

/** Whether a server is asked over gRPC. */
export function isGrpc({ protocol }: URL): boolean {
  return protocol === 'grpc:' || protocol === 'grpcs:';
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
