import { rename } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { createFolder } from '../create-folder.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const WORDS = "Images cannot be stored or read now (the gateway's folder for them: it is not there any more)";

it('says that nothing can be stored while its folder is away, and goes on when it is back', async () => {
  const dataDir = createFolder();
  const gateway = await startTestGateway({ dataDir });
  const [png, other] = [await drawPng(), await drawPng(1)];
  const { id } = await gateway.upload(png);
  expect((await gateway.get('/ready')).status).toBe(200);

  const away = `${dataDir}-away`;
  await rename(dataDir, away);
  for (const file of [png, other, Buffer.alloc(2 ** 21), drawSlice()]) {
    const refused = await gateway.upload(file);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.body).toEqual({
      error: { code: 'STORE_UNAVAILABLE', retryable: true, message: expect.stringContaining(WORDS) as string },
    });
    expect(JSON.stringify(refused.body)).not.toContain(dataDir);
  }
  expect((await gateway.get(`/images/${id}`)).status).toBe(503);
  const analyze = `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }]) { __typename } } }`;
  expect((await gateway.query(analyze)).errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
  const notReady = await gateway.get('/ready');
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toEqual({ status: 'degraded', reason: expect.stringContaining(WORDS) as string });
  expect((await gateway.get('/health')).status).toBe(200);

  await rename(away, dataDir);
  expect((await gateway.get('/ready')).status).toBe(200);
  expect((await gateway.upload(other)).status).toBe(201);
  expect((await gateway.get(`/images/${id}`)).status).toBe(200);
});
