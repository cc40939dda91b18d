import type { RequestHandler } from 'express';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { sendError } from '../../errors/send-error.js';
import { findExcess } from '../../json-bounds.js';
import type { GatewaySettings } from '../../settings.js';
import type { AnswerSizes } from './answer-sizes.js';
import { checkCost } from './check-cost.js';
import { checkDocument } from './check-document.js';
import { QueryFault } from './query-fault.js';
import { readOperation } from './read-operation.js';

const VARIABLES_BOUNDS = { maxDepth: 20, maxValues: 10_000 };

/** Documents are asked again and again. */
const KEPT_CHARACTERS = 2 ** 20;

/**
 * Lets a GraphQL request through to validation and execution once it is known what they may cost. It stands before
 * Apollo because a query can hold up GraphQL's validation as well, and Apollo has no place between reading a document
 * and validating it.
 */
export function admitQueries(
  schema: GraphQLSchema,
  sizes: AnswerSizes,
  { maxQueryTokens, maxAnswerValues }: GatewaySettings,
): RequestHandler {
  const documents = new LRUCache<string, DocumentNode>({
    max: 1000,
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (_document, query) => Math.max(1, query.length),
  });

  /** Undefined for what is no GraphQL: Apollo says what is wrong with it. */
  function read(query: string): DocumentNode | undefined {
    const known = documents.get(query);
    if (known) return known;
    let document: DocumentNode;
    try {
      document = parse(query, { maxLexicalTokens: maxQueryTokens, noLocation: true });
    } catch {
      return undefined;
    }
    checkDocument(document);
    documents.set(query, document);
    return document;
  }

  return (request, response, next) => {
    try {
      const given = readOperation(request);
      if (given) {
        const excess = findExcess(given.variables, VARIABLES_BOUNDS);
        if (excess !== undefined) throw new QueryFault(`What is given as "variables" ${excess}.`);
        const document = read(given.query);
        if (document) checkCost(schema, document, given, { sizes, maxValues: maxAnswerValues });
      }
      next();
    } catch (error) {
      if (!(error instanceof QueryFault)) throw error;
      const { message } = error;
      sendError(request, response, { status: 400, code: 'BAD_USER_INPUT', message, retryable: false });
    }
  };
}
