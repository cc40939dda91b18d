import type { ApolloServerOptionsWithSchema, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptionsWithSchema<BaseContext>['documentStore']>;

/** Of all queries' texts together; a parsed query takes 60 to 200 times the memory of its text. */
const MOST_CHARACTERS = 2 ** 18;

/**
 * Parsed queries, for who asks the same again. Apollo's own store counts a fifth of what it holds: callers who write
 * ids into their queries, instead of variables, would fill 140 MB with queries that nobody asks again.
 */
export function createDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ loc }) => Math.max(loc?.source.body.length ?? MOST_CHARACTERS, 1),
  });
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => Promise.resolve(void documents.set(key, document)),
    delete: (key) => Promise.resolve(documents.delete(key)),
  };
}
