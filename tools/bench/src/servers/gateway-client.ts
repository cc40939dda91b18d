import { post, type PostOptions } from './post.js';
import { writeForm } from './write-form.js';

const ANSWERS = `analyze(heads: $heads) {
  __typename
  ... on SegmentationAnswer { masks { label presence area url } }
  ... on ClassificationAnswer { label scores { label probability } }
  ... on HeadFailure { code message }
}`;
const ANALYZE = `query ($id: ID!, $heads: [HeadRequest!]!) { image(id: $id) { ${ANSWERS} } }`;
const UPLOAD_AND_ANALYZE = `mutation ($file: Upload!, $heads: [HeadRequest!]!) { uploadImage(file: $file) { ${ANSWERS} } }`;

export interface MaskArea {
  readonly label: string;
  /** In pixels of the image. */
  readonly area: number;
}

interface GraphQLReply<D> {
  readonly data?: D | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export interface HeadAnswer {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly masks?: readonly (MaskArea & { readonly presence: number; readonly url: string })[];
}

/** An error that the gateway named. */
export class GatewayFault extends Error {
  override readonly name = 'GatewayFault';
  constructor(
    readonly code: string | undefined,
    message: string,
  ) {
    super(`${code ?? 'no code'}: ${message}`);
  }
}

/** Throws a GatewayFault for what the gateway refuses. */
export async function uploadImage(url: string, bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
  const { json } = await post<{ readonly id?: string; readonly error?: { code?: string; message: string } }>(
    new URL('images', url),
    bytes,
    { signal },
  );
  if (json.id === undefined) throw new GatewayFault(json.error?.code, json.error?.message ?? 'no words');
  return json.id;
}

/** Throws a GatewayFault for what the gateway refuses, and for a head that fails. */
export async function analyzeImage(
  url: string,
  id: string,
  heads: readonly { readonly id: string; readonly params?: object }[],
  signal?: AbortSignal,
): Promise<readonly HeadAnswer[]> {
  const data = await ask<{ image: { analyze: HeadAnswer[] } }>(url, ANALYZE, { id, heads }, signal);
  return checked(data.image.analyze);
}

/** Both in one request. Throws as `analyzeImage` does. */
export async function uploadAndAnalyze(
  url: string,
  bytes: Uint8Array,
  heads: readonly { readonly id: string }[],
): Promise<readonly HeadAnswer[]> {
  const operations = JSON.stringify({ query: UPLOAD_AND_ANALYZE, variables: { file: null, heads } });
  const { contentType, body } = writeForm({ operations, map: '{"0":["variables.file"]}' }, '0', bytes);
  const data = await send<{ uploadImage: { analyze: HeadAnswer[] } }>(url, body, { contentType });
  return checked(data.uploadImage.analyze);
}

function checked(answers: readonly HeadAnswer[]): readonly HeadAnswer[] {
  const failed = answers.find(({ code }) => code !== undefined);
  if (failed) throw new GatewayFault(failed.code, failed.message ?? '');
  return answers;
}

/** What there is: asks no model. */
export async function askCatalogue(url: string): Promise<void> {
  await ask(url, '{ heads { id task labels } }', {});
}

function ask<D>(url: string, query: string, variables: object, signal?: AbortSignal): Promise<D> {
  return send(url, JSON.stringify({ query, variables }), { contentType: 'application/json', signal });
}

async function send<D>(url: string, body: string | Uint8Array, options: PostOptions): Promise<D> {
  const { status, json } = await post<GraphQLReply<D>>(new URL('graphql', url), body, options);
  const { data, errors } = json;
  if (errors?.[0]) throw new GatewayFault(errors[0].extensions?.code, errors[0].message);
  if (!data) throw new GatewayFault(undefined, `status ${status} without data`);
  return data;
}
