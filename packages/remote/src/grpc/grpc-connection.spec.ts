import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { backendOf, double, doubled, feeds } from '../../test/remote-models.js';
import { serve } from '../../test/serve-double-grpc.js';
import { TEST_TLS } from '../../test/tls.js';

describe('a connection', () => {
  it('trusts whom it is told to', async () => {
    const server = await serve({}, { tls: TEST_TLS });
    await expect(backendOf([server], { retries: 0 }).open(double)).rejects.toThrow(/cannot be reached.*tls\.ca/);
    const session = await backendOf([server], { tls: { ca: TEST_TLS.cert } }).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    await expect(
      backendOf([server], { tls: { ca: TEST_TLS.cert, cert: 'no PEM', key: 'hunter22' } }).open(double),
    ).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringMatching(/in `tls` of the remote backend cannot be read \(ERR_\w+\)/) as string,
    });
    const byAddress = { url: `grpcs://127.0.0.1:${server.port}` };
    const named = backendOf([byAddress], { tls: { ca: TEST_TLS.cert, servername: 'localhost' } });
    expect(await (await named.open(double)).run(feeds)).toEqual(doubled);
    const elsewhere = { ca: TEST_TLS.cert, servername: 'elsewhere' };
    await expect(backendOf([server], { retries: 0, tls: elsewhere }).open(double)).rejects.toThrow(/cannot be reached/);
  });

  it('says where nobody listens, and where somebody else does', async () => {
    const gone = await serve();
    gone.close();
    await expect(backendOf([gone], { retries: 0 }).open(double)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
    const web = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    onTestFinished(() => void web.close());
    await once(web, 'listening');
    const url = `grpc://127.0.0.1:${(web.address() as AddressInfo).port}`;
    await expect(backendOf([{ url }], { retries: 0 }).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('cannot be reached (Protocol error)') as string,
    });
  });

  it('needs an address with a port and no path', () => {
    for (const url of ['grpc://triton', 'grpc://triton:8001/v2', 'grpcs://user@triton:8001']) {
      expect(() => backendOf([{ url }])).toThrow(/urls\.0 of the remote backend is no address/);
    }
  });

  it('needs packages that not everybody has, and names them', async () => {
    vi.resetModules();
    vi.doMock('@grpc/grpc-js', () => {
      throw new Error('Cannot find package');
    });
    onTestFinished(() => {
      vi.doUnmock('@grpc/grpc-js');
      vi.resetModules();
    });
    const { loadGrpc } = await import('./load-grpc.js');
    await expect(loadGrpc()).rejects.toThrow('npm install @grpc/grpc-js @grpc/proto-loader');
  });
});
