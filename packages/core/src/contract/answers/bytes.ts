/**
 * Bytes as `Response`, `Blob` and `crypto.subtle` take them: in an `ArrayBuffer`, which no other thread changes. From
 * TypeScript 5.7 on, the type says so by its parameter; before, `Uint8Array` had none.
 */
export type Bytes = ReturnType<Uint8Array['slice']>;

/** Likewise, of float32 values. */
export type Floats = ReturnType<Float32Array['slice']>;
