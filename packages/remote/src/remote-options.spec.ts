import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TEST_TLS } from '../test/tls.js';
import { TEST_MODELS } from '@medzoo/core/testing';
import { createRemoteBackend } from './remote-backend.js';
import { checkRemoteOptions, type RemoteOptions } from './remote-options.js';
import { remoteModelName } from './remote-model-name.js';
import { tritonConfig } from './triton-config.js';

const urls = ['http://localhost:8000'];

describe('options of the remote backend', () => {
  it('have defaults', () => {
    expect(checkRemoteOptions({ urls })).toMatchObject({
      urls: [new URL('http://localhost:8000')],
      timeoutMs: 30_000,
      retries: 3,
      loading: 'never',
      requireDigest: true,
    });
  });

  const wrong: Record<string, object> = {
    urls: { urls: [] },
    'urls.0': { urls: ['localhost:8000'] },
    'urls.1': { urls: ['http://one', 'https://user:hunter22@two'] },
    timeoutMs: { urls, timeoutMs: 0 },
    retries: { urls, retries: -1 },
    'tls.ca': { urls, tls: { ca: '' } },
    loading: { urls, loading: 'sometimes' },
    headers: { urls, headers: 'Bearer hunter22' },
    '"x-token"': { urls, headers: { 'x-token': 'hunter22\n' } },
    timeout: { urls, timeout: 5 },
  };

  it.each(Object.entries(wrong))('that are wrong are refused by name, without their value: %s', (name, options) => {
    const check = (): unknown => checkRemoteOptions(options as RemoteOptions);
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID_MANIFEST' }));
    expect(check).toThrow(expect.objectContaining({ message: expect.stringContaining(name) as string }));
    expect(check).not.toThrow(/hunter22/);
  });

  it('say whom to trust', async () => {
    const server = createServer(TEST_TLS, (_, response) => response.writeHead(404).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const open = (tls: RemoteOptions['tls']) =>
      createRemoteBackend({ urls: [url], retries: 0, ...(tls && { tls }) }).open(TEST_MODELS.types);
    await expect(open(undefined)).rejects.toThrow(/cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\).*tls\.ca/);
    await expect(open({ ca: TEST_TLS.cert, servername: 'elsewhere' })).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
    await expect(open({ ca: TEST_TLS.cert })).rejects.toThrow(/has no model "medzoo-814b041ffced0666" ready/);
  });
});

describe('tritonConfig', () => {
  it('declares the tensors, and the digests that the backend asks for', () => {
    const { types } = TEST_MODELS;
    const config = tritonConfig({ ...types, data: { url: 'file:///d', sha256: 'a'.repeat(64), bytes: 1 } });
    expect(config.split('\n')).toEqual([
      `name: "${remoteModelName(types)}"`,
      'backend: "onnxruntime"',
      'max_batch_size: 0',
      'input { name: "floats" data_type: TYPE_FP32 dims: [ -1 ] }',
      'input { name: "bytes" data_type: TYPE_UINT8 dims: [ -1 ] }',
      'input { name: "longs" data_type: TYPE_INT64 dims: [ -1 ] }',
      'output { name: "sum" data_type: TYPE_FP32 dims: [ -1 ] }',
      'output { name: "same_bytes" data_type: TYPE_UINT8 dims: [ -1 ] }',
      'output { name: "same_longs" data_type: TYPE_INT64 dims: [ -1 ] }',
      `parameters { key: "sha256" value { string_value: "${types.sha256}" } }`,
      'parameters { key: "bytes" value { string_value: "293" } }',
      `parameters { key: "data_sha256" value { string_value: "${'a'.repeat(64)}" } }`,
      '',
    ]);
  });
});
