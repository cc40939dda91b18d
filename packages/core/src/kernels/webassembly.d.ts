/** What core uses of Node's own WebAssembly, which neither ES2023 nor @types/node declares. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WebAssemblyModule;
  readonly Instance: new (module: WebAssemblyModule) => { readonly exports: unknown };
};

type WebAssemblyModule = object;
