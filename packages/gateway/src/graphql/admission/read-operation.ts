import type { Request } from 'express';

/** A GraphQL request as Apollo will read it. */
export interface GivenOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Undefined for what is no GraphQL request: Apollo refuses that before it reads anything of it. */
export function readOperation(request: Request): GivenOperation | undefined {
  if (request.method === 'GET') return readSearch(request);
  const body: unknown = request.body;
  if (request.method !== 'POST' || !isRecord(body) || typeof body.query !== 'string') return undefined;
  const { query, operationName, variables } = body;
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isRecord(variables) ? variables : {},
  };
}

function readSearch({ originalUrl }: Request): GivenOperation | undefined {
  const search = new URLSearchParams(originalUrl.slice(originalUrl.indexOf('?') + 1));
  const query = search.get('query');
  if (query === null) return undefined;
  const variables = parseJson(search.get('variables') ?? '{}');
  return {
    query,
    operationName: search.get('operationName') ?? undefined,
    variables: isRecord(variables) ? variables : {},
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
