import { readFileSync } from 'node:fs';
import type { Head, ModelSpec } from '../src/contract/index.js';
import { sendFile, startServer } from './file-server.js';

/** A server that has the weights of these heads and their encoders, and the heads as if their model files named it. */
export async function serveModels<H extends Head>(heads: readonly H[]) {
  const files = new Map<string, Uint8Array>();
  const server = await startServer((request, response) => {
    const bytes = files.get(request.url ?? '');
    if (bytes) sendFile(bytes)(request, response);
    else response.writeHead(404).end();
  });
  function move(model: ModelSpec): ModelSpec {
    const path = `/${model.sha256}.onnx`;
    files.set(path, readFileSync(new URL(model.url)));
    return { ...model, url: `${server.url}${path}` };
  }
  const moved = heads.map((head) => ({
    ...head,
    trained: { ...head.trained, model: move(head.trained.model) },
    encoder: { ...head.encoder, trained: { ...head.encoder.trained, model: move(head.encoder.trained.model) } },
  }));
  return { ...server, files, heads: moved };
}
