/** For any typed array; the `slice` of a Buffer would be one more view of the same memory. */
const TypedArrays = Object.getPrototypeOf(Uint8Array.prototype) as {
  readonly slice: (this: ArrayBufferView) => ArrayBufferView;
};

/**
 * Gives each typed array within `data` memory of its own, in place; `data` is plain, without circles, and nobody
 * else's. What was deserialised lies in the message that it came in, or in memory that Node shares among many things:
 * whoever reads `values.buffer` would read those as well, and whoever keeps a heat map would keep the whole message.
 */
export function ownArrays<T>(data: T): T {
  return own(data) as T;
}

function own(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return TypedArrays.slice.call(value);
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    const field = fields[key];
    if (typeof field === 'object' && field !== null) fields[key] = own(field);
  }
  return value;
}
