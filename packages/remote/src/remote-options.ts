import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { ZooError, type ModelSpec } from '@medzoo/core/contract';
import { remoteModelName } from './remote-model-name.js';

export type RequestHeaders = Readonly<Record<string, string>>;

const milliseconds = z
  .number()
  .positive()
  .max(2 ** 31 - 1);
const pem = z.string().min(1);

const remoteTls = z
  .strictObject({
    /** Certificates to trust in place of Node's own, such as a hospital's. */
    ca: z.union([pem, z.array(pem).readonly()]).exactOptional(),
    cert: pem.exactOptional(),
    key: pem.exactOptional(),
    passphrase: z.string().exactOptional(),
    /** The name that the certificate must have, where it is not the URL's host. */
    servername: z.string().min(1).exactOptional(),
  })
  .readonly();

const remoteOptions = z
  .strictObject({
    /**
     * One or more servers with the same models: `https://triton-1:8000`, where a path may stand before `/v2`, or
     * `grpcs://triton-1:8001`. `http:` and `grpc:` are not encrypted. gRPC needs two packages more, @grpc/grpc-js and
     * @grpc/proto-loader.
     */
    urls: z.array(z.string()).min(1).readonly(),
    /** Of every request, such as `authorization`; a function is asked anew each time. Never in an error or a log. */
    headers: z
      .union([
        z.record(z.string(), z.string()).readonly(),
        z.custom<() => RequestHeaders | Promise<RequestHeaders>>(isFunction, 'expected an object or a function'),
      ])
      .default({}),
    tls: remoteTls.default({}),
    /** Of one request, its answer included; 30 s if left out. */
    timeoutMs: milliseconds.default(30_000),
    /** Of loading a model on a server; 120 s if left out. */
    loadTimeoutMs: milliseconds.default(120_000),
    /** How often a request is repeated that found a server busy or out of reach; 3 if left out. */
    retries: z.int().min(0).max(10).default(3),
    /** Before the first repetition, doubled for each further one, with jitter; 100 ms if left out. */
    retryAfterMs: milliseconds.default(100),
    /** What a model is called on the servers; `remoteModelName` if left out. */
    modelName: z.custom<(spec: ModelSpec) => string>(isFunction, 'expected a function').default(() => remoteModelName),
    /**
     * Who loads models: 'never' this backend (they must be there); it, where one is missing ('load'); or it, and it
     * unloads those that it loaded once its last session closes ('load-and-unload': not where other programs use the
     * same servers). 'never' if left out.
     */
    loading: z.enum(['never', 'load', 'load-and-unload']).default('never'),
    /** Refuse a model of which the server does not state the SHA-256 of its file; true if left out. */
    requireDigest: z.boolean().default(true),
    /**
     * How tensors travel over HTTP; 'binary' where the server says that it can, else 'json', if left out. gRPC's are
     * binary.
     */
    encoding: z.enum(['binary', 'json']).optional(),
  })
  .readonly();

/** What proves the server to us, and us to the server; PEM text. */
export type RemoteTls = z.infer<typeof remoteTls>;

/** Servers that speak the Open Inference Protocol version 2 (KServe v2), and how they are used. */
export type RemoteOptions = z.input<typeof remoteOptions>;

/** Options that have been checked, with what is meant by those left out. */
export type RemoteSettings = Omit<z.output<typeof remoteOptions>, 'urls'> & { readonly urls: readonly URL[] };

/** Throws INVALID_MANIFEST, which names the option and never its value: it may be a secret. */
export function checkRemoteOptions(options: RemoteOptions): RemoteSettings {
  const { success, data, error } = remoteOptions.safeParse(options);
  if (!success) {
    const lines = error.issues.map(({ path, message }) => `${path.join('.') || '(options)'}: ${message}`);
    throw invalid(`The options of the remote backend are not valid: ${lines.join('; ')}.`);
  }
  if (typeof data.headers === 'object') checkHeaders(data.headers);
  return { ...data, urls: data.urls.map(parseUrl) };
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

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
