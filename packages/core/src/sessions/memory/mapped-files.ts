/** A file of weights that sessions have mapped, and what of it they use. */
export interface MappedFile {
  readonly key: string;
  readonly bytes: number;
}

const mapped = new Map<string, MappedFile & { readonly sessions: number }>();

/** What this process uses of the weights that it has mapped, each file once, whoever else uses the same pages. */
export function mappedBytes(): number {
  return [...mapped.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Counts a file that a session has mapped, until what is returned is called. */
export function countMapped(file: MappedFile): () => void {
  const change = (by: number): void => {
    const sessions = (mapped.get(file.key)?.sessions ?? 0) + by;
    if (sessions > 0) mapped.set(file.key, { ...file, sessions });
    else mapped.delete(file.key);
  };
  change(1);
  let isCounted = true;
  return () => {
    if (isCounted) change(-1);
    isCounted = false;
  };
}
