import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { QueryFault } from './query-fault.js';

/** Fields that are answered as one: of one type, under one name. */
export interface FieldGroup {
  readonly type: GraphQLCompositeType;
  readonly nodes: FieldNode[];
}

/** Selections that may be looked at: about 5 ms. */
const MAX_STEPS = 20_000;
/**
 * Steps that a comparison counts for: GraphQL's validation takes longer for one than the look at a selection takes
 * here.
 */
const COMPARISON_STEPS = 4;

/** What all of one query's look-through shares. */
export class QueryWalk {
  #steps = 0;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    readonly schema: GraphQLSchema,
    fragments: readonly FragmentDefinitionNode[],
  ) {
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /**
   * The fields of merged selection sets, as execution collects them, but whatever @skip and @include say. GraphQL's
   * validation compares each field with all others that have its name in the answer, and each fragment with all others:
   * that is the work which is counted here and bounded.
   */
  collect(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): readonly FieldGroup[] {
    const groups = new Map<string, FieldGroup>();
    const named = new Map<string, number>();
    const spread = new Set<string>();
    const visit = (parent: GraphQLCompositeType, { selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        this.#step(1);
        if (selection.kind === Kind.FIELD) {
          const name = selection.alias?.value ?? selection.name.value;
          const others = named.get(name) ?? 0;
          this.#step(others * COMPARISON_STEPS);
          named.set(name, others + 1);
          const key = `${parent.name} ${name}`;
          const group = groups.get(key) ?? { type: parent, nodes: [] };
          group.nodes.push(selection);
          groups.set(key, group);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          visit(this.#typeOf(selection.typeCondition?.name.value, parent), selection.selectionSet);
        } else if (!spread.has(selection.name.value)) {
          this.#step(spread.size * COMPARISON_STEPS);
          spread.add(selection.name.value);
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment) visit(this.#typeOf(fragment.typeCondition.name.value, parent), fragment.selectionSet);
        }
      }
    };
    for (const set of sets) visit(type, set);
    return [...groups.values()];
  }

  #step(count: number): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS)
      throw new QueryFault('The query repeats too many fields or fragments. Ask for each once, or split the query.');
  }

  /** The parent's, for a condition that names no type: validation refuses that later. */
  #typeOf(name: string | undefined, parent: GraphQLCompositeType): GraphQLCompositeType {
    const type = name === undefined ? undefined : this.schema.getType(name);
    return isCompositeType(type) ? type : parent;
  }
}
