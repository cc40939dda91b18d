import {
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import { type AnswerSizes, SIZE_ARGUMENTS, WEIGHTS } from './answer-sizes.js';
import { QueryWalk } from './collect-fields.js';
import { QueryFault } from './query-fault.js';
import type { GivenOperation } from './read-operation.js';

/** Levels of fields; GraphQL's own query for a schema has 14. */
const MAX_LEVELS = 25;
/** For a list that has no size of its own. */
const USUAL_SIZE = 10;

type AnyField = GraphQLField<unknown, unknown>;
type GivenVariables = GivenOperation['variables'];

/** How often fields are answered; in introspection it is known of what. */
interface Parents {
  readonly times: number;
  readonly sources?: readonly unknown[];
  readonly variables: GivenVariables;
}

export interface CostLimits {
  readonly sizes: AnswerSizes;
  readonly maxValues: number;
}

/**
 * Computes how many values the answer would have, before anything is executed or even validated, and throws a
 * QueryFault if that is too many. Aliases multiply from level to level: a few hundred characters can ask for millions
 * of values. Introspection, which depends on nothing but the schema, is counted exactly; other lists have the length of
 * the zoo's longest.
 */
export function checkCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: GivenOperation,
  limits: CostLimits,
): void {
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  const walk = new QueryWalk(schema, fragments);
  const count = new ValueCount(walk, limits);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      const isAsked = operationName === undefined || definition.name?.value === operationName;
      const type = schema.getRootType(definition.operation);
      const given = withDefaults(definition, variables);
      if (!type) throw new QueryFault(`There are no ${definition.operation} operations here.`);
      count.visit(type, [definition.selectionSet], { times: isAsked ? 1 : 0, variables: given });
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Validated by itself, used or not.
      const type = schema.getType(definition.typeCondition.name.value);
      if (isCompositeType(type)) count.visit(type, [definition.selectionSet], { times: 0, variables });
    }
  }
}

class ValueCount {
  #values = 0;

  constructor(
    private readonly walk: QueryWalk,
    private readonly limits: CostLimits,
  ) {}

  visit(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], parents: Parents, level = 1): void {
    if (level > MAX_LEVELS)
      throw new QueryFault(`The query is nested too deeply: at most ${MAX_LEVELS} levels of fields.`);
    for (const { type: parent, nodes } of this.walk.collect(type, sets)) {
      const [node] = nodes as [FieldNode];
      const field = findField(this.walk.schema, parent, node.name.value);
      if (!field) continue;
      const answered = this.#answer(`${parent.name}.${field.name}`, field, node, parents);
      const inner = getNamedType(field.type);
      const innerSets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
      if (isCompositeType(inner) && innerSets.length > 0) this.visit(inner, innerSets, answered, level + 1);
    }
  }

  /** What a field answers, counted. */
  #answer(path: string, field: AnyField, node: FieldNode, { times, sources, variables }: Parents): Parents {
    if (sources || field === SchemaMetaFieldDef || field === TypeMetaFieldDef) {
      const found = this.#introspect(field, node, {
        sources: sources ?? Array<undefined>(times).fill(undefined),
        variables,
      });
      return { times: found.length, sources: found, variables };
    }
    const count = isList(field) ? times * sizeOf(path, node, variables, this.limits.sizes) : times;
    this.#spend(Math.max(count, times) * (WEIGHTS[path] ?? 1));
    return { times: count, variables };
  }

  /** The schema's own values, which are at hand. */
  #introspect(
    field: AnyField,
    node: FieldNode,
    { sources, variables }: Required<Pick<Parents, 'sources' | 'variables'>>,
  ): readonly unknown[] {
    const args = readArguments(field, node, variables);
    const found: unknown[] = [];
    for (const source of sources) {
      const value: unknown = field.resolve?.(source, args, undefined, { schema: this.walk.schema } as never);
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      this.#spend(Math.max(1, values.length));
      for (const one of values) if (one !== null && one !== undefined) found.push(one);
    }
    return found;
  }

  #spend(count: number): void {
    this.#values += count;
    const { maxValues } = this.limits;
    if (this.#values > maxValues)
      throw new QueryFault(
        `The answer would have more than ${maxValues} values. Ask for fewer fields or split the query.`,
      );
  }
}

function readArguments(field: AnyField, node: FieldNode, variables: GivenVariables): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {}; // validation refuses it
  }
}

function sizeOf(path: string, node: FieldNode, variables: GivenVariables, sizes: AnswerSizes): number {
  const named = SIZE_ARGUMENTS[path];
  const argument = node.arguments?.find(({ name }) => name.value === named);
  if (!argument) return sizes[path] ?? USUAL_SIZE;
  const value: unknown = valueFromASTUntyped(argument.value, variables);
  if (typeof value === 'number') return Math.max(0, value);
  return Array.isArray(value) ? value.length : 1;
}

/** Undefined for a field that is not there, which validation refuses. */
function findField(schema: GraphQLSchema, type: GraphQLCompositeType, name: string): AnyField | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const isQuery = type === schema.getQueryType();
  if (isQuery && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (isQuery && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isList({ type }: AnyField): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: GivenVariables): GivenVariables {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) => {
    return defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [];
  });
  return { ...Object.fromEntries(defaults), ...given };
}
