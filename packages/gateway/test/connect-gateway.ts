/** What a gateway answers to a GraphQL request. */
export interface GraphQLReply<D> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: D | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

export interface UploadReply {
  readonly status: number;
  readonly headers: Headers;
  readonly id: string;
  readonly body: unknown;
}

/** A client of a gateway, wherever it runs. */
export interface GatewayClient {
  upload(body: RequestInit['body'], headers?: Record<string, string>): Promise<UploadReply>;
  query<D>(query: string, variables?: object, init?: RequestInit): Promise<GraphQLReply<D>>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export function connectGateway(url: string): GatewayClient {
  return {
    get: (path, headers = {}) => fetch(new URL(path, url), { headers }),
    async upload(body, headers = {}) {
      const response = await fetch(new URL('images', url), { method: 'POST', body: body!, headers });
      const json = (await response.json()) as { readonly id: string };
      return { status: response.status, headers: response.headers, id: json.id, body: json };
    },
    async query(query, variables = {}, init = {}) {
      const response = await fetch(new URL('graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        ...init,
      });
      const reply = (await response.json()) as Omit<GraphQLReply<never>, 'status' | 'headers'>;
      return { status: response.status, headers: response.headers, ...reply };
    },
  };
}
