import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Says where the JSON of a body ends and binary tensors begin; absent where all is JSON. */
const JSON_LENGTH = 'inference-header-content-length';

/** Stands before a server and notes of each infer request which of its two bodies has binary tensors. */
export async function startProxy(target: string) {
  const infers: { readonly request: unknown; readonly answer: unknown }[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = request(new URL(url!, target), { method, headers }, (answer) => {
      if (url!.endsWith('/infer')) infers.push({ request: headers[JSON_LENGTH], answer: answer.headers[JSON_LENGTH] });
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const close = (): void => {
    proxy.close();
    proxy.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, infers, close };
}
