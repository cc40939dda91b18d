/**
 * Of a field that can fail by itself: what its null means. GraphQL carries an error in a field that must not be null
 * up to the next one that may be: the other fields of an image, with answers that were computed, would go with it, and
 * `image: null` says that it was never uploaded.
 */
export const NULL_ON_FAULT = 'Null where it failed: `errors` says why, and the fields beside it are answered.';
