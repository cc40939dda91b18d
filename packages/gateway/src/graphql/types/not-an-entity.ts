/**
 * Why an object that occurs several times, with other facts, has no `id`: clients with a normalised cache (Apollo,
 * urql's Graphcache, Relay) keep one object for each type and `id`, and the last answer would replace all others.
 */
export const NOT_AN_ENTITY = 'Use `modelId`: caches of clients take objects of the same `id` for one.';
