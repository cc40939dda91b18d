import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Zoo } from '@medzoo/core';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger, startGateway } from '../../src/index.js';
import { createFakeZoo } from '../fake-zoo.js';

const logger = createLogger({ level: 'silent' });

it('is closed as often as anybody likes, at the same time or later', async () => {
  const gateway = await startGateway(createFakeZoo(), { port: 0, logger });
  await Promise.all([gateway.close(), gateway.close()]);
  await gateway.close();
  await expect(fetch(gateway.url)).rejects.toThrow();
});

it('rejects as the zoo does that is being opened, and says a fault of its own first', async () => {
  const failing = (): Promise<Zoo> => Promise.reject(new Error('no such head'));
  await expect(startGateway(failing(), { port: 0, logger })).rejects.toThrow('no such head');
  const settings = { deadlineMs: -1 };
  await expect(startGateway(failing(), { port: 0, logger, settings })).rejects.toThrow('deadlineMs');
  await expect(startGateway(failing(), { prot: 0 } as object)).rejects.toThrow('prot');
  await expect(startGateway({ config: 'a.mjs' } as unknown as Zoo, { port: 0, logger })).rejects.toThrow(TypeError);

  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startGateway(Promise.resolve(createFakeZoo()), { port, logger })).rejects.toThrow('EADDRINUSE');
});
