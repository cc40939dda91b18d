import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../create-folder.js';
import { createFakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

describe('GET /images/ID', () => {
  it('gives the picture back as it came, and as nothing that runs', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const { id } = await gateway.upload(png);
    const response = await gateway.get(`/images/${id}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it('says that an image is gone if its file is, and not for a year', async () => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir });
    const { id } = await gateway.upload(await drawPng());
    await rm(join(dataDir, `${id}-3x2.png`));
    const gone = await gateway.get(`/images/${id}`);
    expect(gone.status).toBe(404);
    expect(gone.headers.get('content-type')).toContain('application/json');
    expect(gone.headers.get('cache-control')).toBe('no-store');
    const text = await gone.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'IMAGE_NOT_FOUND' } });
    expect(text).not.toContain(dataDir);
    const analyze = `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }]) { __typename } } }`;
    expect(await gateway.query(analyze)).toMatchObject({ data: { image: null } });
  });

  it.each(['', '/preview.png', '/heads/organs/masks/left.png', '/heads/diagnosis/heat-map.png'])(
    'gives no picture of a deleted file, which is in memory and with the client: %s',
    async (path) => {
      const dataDir = createFolder();
      const gateway = await startTestGateway({ dataDir });
      const { id } = await gateway.upload(await drawPng());
      const shown = await gateway.get(`/images/${id}${path}`);
      expect(shown.status).toBe(200);
      await rm(join(dataDir, `${id}-3x2.png`));
      const known = { 'if-none-match': shown.headers.get('etag')!, 'cache-control': 'max-age=0' };
      const gone = await gateway.get(`/images/${id}${path}`, known);
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ error: { code: 'IMAGE_NOT_FOUND' } });
    },
  );

  it('shows no picture of a deleted file to somebody who has not seen it either', async () => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir });
    for (const path of ['preview.png', 'heads/organs/masks/left.png']) {
      const { id } = await gateway.upload(await drawPng());
      expect((await gateway.get(`/images/${id}/${path}`)).status).toBe(200);
      await rm(join(dataDir, `${id}-3x2.png`));
      expect((await gateway.get(`/images/${id}/${path}`)).status).toBe(404);
    }
  });

  it('gives no other image for it, and no half of it', async () => {
    const dataDir = createFolder();
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({ dataDir }, zoo);
    const [png, other] = [await drawPng(), await drawPng(1)];
    const analyze = `query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "organs" }]) { __typename } } }`;
    for (const content of [other, png.subarray(0, -1)]) {
      const { id } = await gateway.upload(png);
      await gateway.query(analyze, { id }); // the first reader has it from memory
      await writeFile(join(dataDir, `${id}-3x2.png`), content);
      const { errors } = await gateway.query(analyze, { id });
      expect(errors).toMatchObject([{ extensions: { code: 'IMAGE_NOT_FOUND' } }]);

      expect((await gateway.upload(png)).status).toBe(201);
      await writeFile(join(dataDir, `${id}-3x2.png`), content);
      const gone = await gateway.get(`/images/${id}`);
      expect(gone.status).toBe(404);
      expect(gone.headers.get('cache-control')).toBe('no-store');

      await gateway.upload(png);
      await writeFile(join(dataDir, `${id}-3x2.png`), content);
      expect((await gateway.upload(png)).status).toBe(200); // heals it
      const healed = await gateway.get(`/images/${id}`);
      expect(Buffer.from(await healed.arrayBuffer()).equals(png)).toBe(true);
    }
    expect(zoo.calls.map(({ bytes }) => bytes)).toEqual([png.length, png.length]);
  });

  it('is revalidated by its digest, and read in parts', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const { id } = await gateway.upload(png);
    const known = { 'if-none-match': `"${id}"`, 'cache-control': 'max-age=0' };
    expect((await gateway.get(`/images/${id}`, known)).status).toBe(304);
    const part = await gateway.get(`/images/${id}`, { range: 'bytes=2-5' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(png.subarray(2, 6));
  });

  it('keeps images within a number of bytes: the least recently used goes first', async () => {
    const [a, b, c] = await Promise.all([0, 1, 2].map((seed) => drawPng(seed)));
    const gateway = await startTestGateway({ maxStoredBytes: a!.length + b!.length + c!.length - 1 });
    const { id: first } = await gateway.upload(a);
    const { id: second } = await gateway.upload(b);
    await gateway.get(`/images/${first}`);
    await gateway.upload(c);
    expect((await gateway.get(`/images/${first}`)).status).toBe(200);
    const gone = await gateway.get(`/images/${second}`);
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ error: { code: 'IMAGE_NOT_FOUND' } });
  });

  it('finds the images of an earlier run in its data folder', async () => {
    const dataDir = createFolder();
    const earlier = await startTestGateway({ dataDir });
    const { id } = await earlier.upload(await drawPng());
    await earlier.close();
    const later = await startTestGateway({ dataDir });
    expect((await later.get(`/images/${id}`)).status).toBe(200);
    const { data } = await later.query(`{ image(id: "${id}") { width height bytes mediaType } }`);
    expect(data).toMatchObject({ image: { width: 3, height: 2, mediaType: 'image/png' } });
  });
});
