// AssemblyScript: TypeScript's syntax, compiled to WebAssembly, whose 128-bit vectors JavaScript does not have. `usize`
// is an address in the module's memory or a number of bytes; src/kernels says to the rest of core what there is.
export { areFinite } from './are-finite';
export { mixColumns } from './mix-columns';
export { mixRows } from './mix-rows';
