import { type ASTNode, type DocumentNode, Kind } from 'graphql';
import { QueryFault } from './query-fault.js';

/** GraphQL's own query for a schema has about 30. */
const MAX_DEPTH = 64;
const MAX_NAME_CHARACTERS = 100;

/**
 * Refuses a document that is deep, or whose names are long: those who look through it next call themselves for every level, and repeat names
 * in every error. Throws a QueryFault.
 */
export function checkDocument(document: DocumentNode): void {
  let level: readonly ASTNode[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new QueryFault(`The query is nested too deeply: at most ${MAX_DEPTH} levels.`);
    level = level.flatMap(childrenOf);
  }
}

function childrenOf(node: ASTNode): ASTNode[] {
  if (node.kind === Kind.NAME && node.value.length > MAX_NAME_CHARACTERS)
    throw new QueryFault(`A name in the query may have at most ${MAX_NAME_CHARACTERS} characters.`);
  const children: ASTNode[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue;
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value as unknown]) {
      if (isNode(child)) children.push(child);
    }
  }
  return children;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
