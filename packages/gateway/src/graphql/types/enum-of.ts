/**
 * What an enum of the schema has to be that stands for these values of core: each in upper case, and no other. An enum
 * that lacks a value which core has added does not compile; without that, GraphQL would refuse the answer that has it.
 */
export type EnumOf<Value extends string> = { readonly [V in Value as Uppercase<V>]: V };

/** The same of a list that core has of them. */
export function toEnum<Value extends string>(values: readonly Value[]): EnumOf<Value> {
  return Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as EnumOf<Value>;
}
