import { type ASTNode, type DocumentNode, Kind } from 'graphql';
import { QueryFault } from './query-fault.js';

/** GraphQL's own query for a schema has about 30. */
const MAX_DEPTH = 64;
const MAX_NAME_CHARACTERS = 100;

/** Validation looks at all that an operation reaches, for each operation. */
const MAX_VISITS = 40_000;

/**
 * Refuses a document that is deep, or whose names are long: those who look through it next call themselves for every
 * level, and repeat names in every error. Throws a QueryFault.
 */
export function checkDocument(document: DocumentNode): void {
  let level: readonly ASTNode[] = [document];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    nodes += level.length;
    if (depth > MAX_DEPTH) throw new QueryFault(`The query is nested too deeply: at most ${MAX_DEPTH} levels.`);
    const next: ASTNode[] = [];
    for (const node of level) addChildren(node, next);
    level = next;
  }
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
  if (operations * nodes > MAX_VISITS)
    throw new QueryFault(
      `The query has too many operations for its length: ${operations}. Send those that are asked for.`,
    );
}

function addChildren(node: ASTNode, to: ASTNode[]): void {
  if (node.kind === Kind.NAME) {
    if (node.value.length <= MAX_NAME_CHARACTERS) return;
    throw new QueryFault(`A name in the query may have at most ${MAX_NAME_CHARACTERS} characters.`);
  }
  for (const value of Object.values(node) as unknown[]) {
    if (isNode(value)) to.push(value);
    else if (Array.isArray(value)) to.push(...(value as unknown[]).filter(isNode));
  }
}

/** Parsed without locations, a document has no other objects. */
function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
