export { createRemoteBackend } from './remote-backend.js';
export { remoteModelName } from './remote-model-name.js';
export type { RemoteOptions, RemoteTls, RequestHeaders } from './remote-options.js';
export { tritonConfig } from './triton-config.js';
export type { TritonConfigOptions } from './triton-config.js';
