/** A count and what is counted: "1 image", "2 images", "3 entries". `many` is a plural that takes more than an s. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
