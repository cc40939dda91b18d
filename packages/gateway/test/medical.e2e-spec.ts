import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawEnhanced, drawSlice, drawUltrasound } from '../../export/test/dicom-files.js';
import { writeNifti } from '../../nifti/test/write-nifti.js';
import { packageVersion } from '../src/package-version.js';
import { createFolder } from './create-folder.js';
import { drawZip } from './draw-zip.js';
import { startMedicalGateway } from './start-medical-gateway.js';
import { drawPng } from './start-test-gateway.js';

const SIZE = { width: 20, height: 12 };

/** Its left half is white. */
function halves(): { readonly '7fe00010 OW': Uint8Array } {
  const pixels = Uint16Array.from({ length: 240 }, (_, index) => (index % 20 < 10 ? 1000 : 0));
  return { '7fe00010 OW': new Uint8Array(pixels.buffer) };
}

interface Shown {
  readonly image: Readonly<Record<string, unknown>>;
}
interface Answered {
  readonly image: {
    readonly analyze: readonly {
      readonly masks: readonly {
        readonly area: number;
        readonly measurements: { readonly unit: string; readonly area: number };
        readonly inPixels: { readonly unit: string; readonly area: number };
      }[];
      readonly provenance: {
        readonly view: Readonly<Record<string, unknown>>;
        readonly warnings: readonly string[] | null;
      };
    }[];
  };
}

const FACTS = `{
  width height frames mediaType modality
  spacing { x y unit source regions { left } }
  windows { center width function }
  flags { burnedIn lossy overlays padding { from to } }
}`;

describe('medical files', () => {
  it('are images: what they say of themselves, how they look, and their answers in millimetres', async () => {
    const gateway = await startMedicalGateway();
    const window = { '00281050 DS': '500', '00281051 DS': '1000' };
    const { status, id, body } = await gateway.upload(drawSlice(3, { ...halves(), ...window }));
    expect([status, body]).toMatchObject([201, { width: 20, height: 12, mediaType: 'application/dicom' }]);
    const shown = await gateway.query<Shown>(`{ image(id: "${id}") ${FACTS} }`);
    expect(shown.data?.image).toEqual({
      ...{ width: 20, height: 12, frames: 1, mediaType: 'application/dicom', modality: 'CT' },
      spacing: { x: 0.5, y: 0.8, unit: 'mm', source: 'PixelSpacing', regions: null },
      windows: [{ center: 500, width: 1000, function: 'LINEAR' }],
      flags: { burnedIn: 'unknown', lossy: false, overlays: 0, padding: null },
    });
    const asked = `{ image(id: "${id}") { analyze(heads: [{ id: "shapes" }, { id: "shade" }], window: { center: 400, width: 900 }) {
      ... on SegmentationAnswer {
        masks { area measurements { unit area } inPixels: measurements(inPixels: true) { unit area } }
        provenance { warnings view { frame window { center width function source } spacing { x y } modality } }
      }
      ... on ClassificationAnswer { provenance { warnings view { frame } } }
    } } }`;
    const { data, errors } = await gateway.query<Answered>(asked);
    expect(errors).toBeUndefined();
    const [shapes, shade] = data!.image.analyze;
    const [head] = shapes!.masks;
    expect(head!.measurements).toEqual({ unit: 'MILLIMETRE', area: expect.closeTo(head!.area * 0.4) as number });
    expect(head!.inPixels).toEqual({ unit: 'PIXEL', area: head!.area });
    expect(shapes!.provenance).toEqual({
      warnings: null,
      view: {
        frame: 0,
        window: { center: 400, width: 900, function: 'LINEAR', source: 'request' },
        spacing: { x: 0.5, y: 0.8 },
        modality: 'CT',
      },
    });
    expect(shade!.provenance.warnings).toEqual([expect.stringContaining('modality CT') as string]);
  });

  it('show any frame by any window, as a PNG', async () => {
    const gateway = await startMedicalGateway();
    const slice = await gateway.upload(drawSlice(0, halves()));
    const draw = async (query: string): Promise<number[]> => {
      const response = await gateway.get(`/images/${slice.id}/preview.png${query}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
      const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
        .extractChannel(0)
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject(SIZE);
      expect(response.headers.get('cache-control')).toBe('private, no-cache');
      expect(response.headers.get('etag')).toContain(packageVersion);
      return [data[0]!, data[19]!];
    };
    expect(await draw('')).toEqual([255, 0]);
    expect(await draw('?center=1000&width=2000&function=LINEAR_EXACT')).toEqual([128, 0]);
    const url = `{ image(id: "${slice.id}") { previewUrl(window: { center: 1, width: 2, function: SIGMOID }) } }`;
    expect((await gateway.query(url)).data).toEqual({
      image: { previewUrl: `/images/${slice.id}/preview.png?center=1&width=2&function=SIGMOID` },
    });
    const enhanced = await gateway.upload(drawEnhanced([0, 3, 6]));
    expect(enhanced.body).toMatchObject({ frames: 3, frame: 0 });
    expect((await gateway.get(`/images/${enhanced.id}/preview.png?frame=2`)).status).toBe(200);
    for (const wrong of ['frame=3', 'frame=x', 'center=1', 'center=1&width=0', 'center=1&width=2&function=NONE']) {
      const response = await gateway.get(`/images/${enhanced.id}/preview.png?${wrong}`);
      expect([wrong, response.status]).toEqual([wrong, 400]);
    }
  });

  it('become files of an answer, or the reason why not', async () => {
    const gateway = await startMedicalGateway();
    const slice = await gateway.upload(drawSlice(0, halves()));
    const ask = (id: string, head: string, formats: string) =>
      gateway.query<{ image: { exports: readonly { format: string; url: string | null; reason: string | null }[] } }>(
        `{ image(id: "${id}") { exports(head: { id: "${head}" }, formats: [${formats}]) { format url reason } } }`,
      );
    const { data } = await ask(slice.id, 'shapes', 'SEG, RTSTRUCT, SR, SC, NIFTI, GEOJSON, COCO, RLE, CSV');
    for (const { format, url, reason } of data!.image.exports) {
      expect([format, reason]).toEqual([format, null]);
      const response = await gateway.get(url!);
      expect([format, response.status]).toEqual([format, 200]);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=[0-9a-f]{12}\.shapes\./);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    const scan = await gateway.upload(drawUltrasound());
    const refused = (await ask(scan.id, 'shapes', 'SEG, GEOJSON')).data!.image.exports;
    expect(refused[0]).toMatchObject({ url: null, reason: expect.stringContaining('ImagePositionPatient') as string });
    expect(refused[1]).toMatchObject({ reason: null });
    const classes = (await ask(slice.id, 'shade', 'SEG, SR, SC')).data!.image.exports;
    expect(classes.map(({ reason }) => reason)).toEqual([
      'The head "shade" makes no masks.',
      expect.stringContaining('no code'),
      null,
    ]);
    expect((await gateway.get(`/images/${scan.id}/heads/shapes/exports/seg`)).status).toBe(415);
    expect((await gateway.get(`/images/${scan.id}/heads/shapes/exports/pdf`)).status).toBe(400);
  });

  it('are offered as no file that could not be made', async () => {
    const gateway = await startMedicalGateway();
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30]]; // prettier-ignore
    const slice = await gateway.upload(drawSlice(0, halves()));
    const volume = await gateway.upload(writeNifti({ size: [6, 5, 4], code: 2, values: new Uint8Array(120), sform }));
    const picture = await gateway.upload(await drawPng());
    const seg = await gateway.get(`/images/${slice.id}/heads/shapes/exports/seg`);
    const segmentation = await gateway.upload(Buffer.from(await seg.arrayBuffer()));
    const ask = async (id: string, asked: string) => {
      const reply = await gateway.query<{
        image: { exports: readonly { url: string | null; reason: string | null }[] } | null;
      }>(`{ image(id: "${id}") { exports(${asked}) { url reason } } }`);
      return { ...reply.data?.image?.exports[0], code: reply.errors?.[0]?.extensions.code };
    };
    const cases = [
      [slice, 'head: { id: "shapes" }, formats: [PNG]', /one mask, and this answer has 2.*"targets"/],
      [segmentation, 'head: { id: "shapes" }, formats: [CSV]', /A segmentation says something about another image/],
      [volume, 'head: { id: "shapes" }, formats: [SEG]', /derived from a DICOM file.* Possible: nifti, geojson/],
      [picture, 'head: { id: "shapes" }, formats: [NIFTI]', /where in the patient it lies/],
    ] as const;
    for (const [{ id }, asked, reason] of cases) {
      expect(await ask(id, asked)).toMatchObject({ url: null, reason: expect.stringMatching(reason) as string });
    }
    const one = await ask(slice.id, 'head: { id: "shapes", params: { targets: ["nuclei"] } }, formats: [PNG]');
    expect((await gateway.get(one.url!)).status).toBe(200);
    const placed = await ask(volume.id, 'head: { id: "shapes" }, formats: [NIFTI]');
    expect((await gateway.get(placed.url!)).status).toBe(200);
    for (const view of ['frame: -1', 'frame: 1', 'window: { center: 1, width: 0 }']) {
      const offered = await ask(slice.id, `head: { id: "shapes" }, formats: [CSV], ${view}`);
      expect([view, offered.code]).toEqual([view, 'INVALID_PARAM']);
      const { errors } = await gateway.query(`{ image(id: "${slice.id}") { previewUrl(${view}) } }`);
      expect([view, errors?.[0]?.extensions.code]).toEqual([view, 'INVALID_PARAM']);
    }
  });

  it('may be volumes, cut into slices', async () => {
    const gateway = await startMedicalGateway();
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30]]; // prettier-ignore
    const values = Uint8Array.from({ length: 6 * 5 * 4 }, (_, index) => index);
    const { id, body } = await gateway.upload(writeNifti({ size: [6, 5, 4], code: 2, values, sform, text: 'Planted' }));
    expect(body).toMatchObject({ width: 6, height: 5, frames: 4 });
    expect((await gateway.get(`/images/${id}/preview.png?frame=3`)).status).toBe(200);
  });

  it('come as a ZIP of a series, in the order in which they lie, whatever their names', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const zip = drawZip({
      '../../escape.dcm': drawSlice(4, halves()),
      '/etc/passwd': drawSlice(0, halves()),
      'series/': new Uint8Array(),
      'series/b.dcm': drawSlice(2, halves()),
      'README.txt': Buffer.from('no image'),
      'broken.dcm': drawSlice(6).subarray(0, 700),
    });
    const { status, body } = await gateway.upload(zip);
    expect(status).toBe(201);
    const { images, series, passedOver, refused } = body as {
      readonly images: readonly { readonly id: string }[];
      readonly series: readonly { readonly images: readonly string[]; readonly isVolume: boolean }[];
      readonly passedOver: number;
      readonly refused: Readonly<Record<string, number>>;
    };
    expect([images.length, passedOver, refused]).toEqual([3, 1, { INVALID_IMAGE: 1 }]);
    expect(series).toEqual([{ images: images.map(({ id }) => id), isVolume: true, reason: null }]);
    const names = await readdir(dataDir);
    expect(names.filter((name) => name.endsWith('.dicom'))).toHaveLength(3);
    expect(names.filter((name) => name.endsWith('.upload'))).toEqual([]);
  });

  it('come as a ZIP by POST /images alone: GraphQL stores nothing of one', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const form = new FormData();
    const query = 'mutation ($f: Upload!) { uploadImage(file: $f) { id } }';
    form.set('operations', JSON.stringify({ query, variables: { f: null } }));
    form.set('map', '{"f":["variables.f"]}');
    form.set('f', new Blob([drawZip({ a: drawSlice(0, halves()) })]), 'a.zip');
    const { errors } = await gateway.query('', {}, { body: form, headers: { 'apollo-require-preflight': 'yes' } });
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('POST /images') as string });
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.dicom'))).toEqual([]);
  });

  it('are advised of where a file is of no kind that is read', async () => {
    const gateway = await startMedicalGateway();
    const { body } = await gateway.upload(Buffer.from('GIF89a and more'));
    expect(body).toMatchObject({
      error: { message: expect.stringMatching(/Send DICOM, NIfTI, PNG.*may come in a ZIP\.$/) as string },
    });
    const zipped = await gateway.upload(gzipSync('no NIfTI'));
    expect(zipped.body).toMatchObject({
      error: { message: expect.stringContaining('What is compressed in it is no NIfTI.') as string },
    });
  });

  it('are bounded: what a ZIP inflates to, and what it claims', async () => {
    const gateway = await startMedicalGateway({ maxImageBytes: 100_000 });
    const bomb = await gateway.upload(drawZip({ a: Buffer.alloc(2_000_000) }));
    expect(bomb).toMatchObject({ status: 413, body: { error: { code: 'IMAGE_TOO_LARGE' } } });
    const liar = await gateway.upload(drawZip({ a: Buffer.alloc(2_000_000) }, 10));
    expect(liar.status).toBeGreaterThanOrEqual(400);
    const empty = await gateway.upload(drawZip({ 'a.txt': Buffer.from('text') }));
    expect(empty).toMatchObject({ status: 400, body: { error: { code: 'INVALID_IMAGE' } } });
    expect((await gateway.upload(Buffer.from('PK\x03\x04 and no more', 'latin1'))).status).toBe(400);
    expect(bomb.body).toMatchObject({ error: { message: expect.stringContaining('A file in the ZIP') as string } });
  });
});

/** Where a name may stand, and is written to. */
const PLANTED = {
  ...{ '00080050 SH': 'Planted1', '00080080 LO': 'Planted2', '00080081 ST': 'Planted3', '00080090 PN': 'Planted4' },
  ...{ '00081010 SH': 'Planted5', '00081030 LO': 'Planted6', '0008103e LO': 'Planted7', '00081048 PN': 'Planted8' },
  ...{ '00081050 PN': 'Planted9', '00081070 PN': 'Planted10', '00082111 ST': 'Planted11', '00100010 PN': 'Planted12' },
  ...{ '00100020 LO': 'Planted13', '00101001 PN': 'Planted14', '00101040 LO': 'Planted15', '00104000 LT': 'Planted16' },
  ...{ '00181030 LO': 'Planted17', '00204000 LT': 'Planted18', '00321032 PN': 'Planted19', '00400275 SQ': [{ '00400007 LO': 'Planted20' }] },
  ...{ '00091001 LO': 'Planted21', '0020000d UI': '1.2.826.0.1.99.1' },
} as const; // prettier-ignore

describe('who the patient is', () => {
  it('is found nowhere: not in logs, errors, metrics, links, answers or what is stored', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const file = drawSlice(0, { ...halves(), ...PLANTED });
    const form = new FormData();
    form.set(
      'operations',
      JSON.stringify({ query: 'mutation ($f: Upload!) { uploadImage(file: $f) { id url } }', variables: { f: null } }),
    );
    form.set('map', '{"f":["variables.f"]}');
    form.set('f', new Blob([Buffer.from(file)]), 'Planted^Name.dcm');
    const seen: string[] = [];
    const uploaded = await gateway.query<{ uploadImage: { id: string } }>(
      '',
      {},
      { body: form, headers: { 'apollo-require-preflight': 'yes' } },
    );
    seen.push(JSON.stringify(uploaded));
    const { id } = uploaded.data!.uploadImage;
    seen.push(JSON.stringify((await gateway.upload(file.subarray(0, file.length - 400))).body));
    seen.push(JSON.stringify((await gateway.upload(drawZip({ 'Planted^Name.dcm': file }))).body));
    const all = `{ image(id: "${id}") { ${FACTS.slice(1, -1)} url previewUrl
      exports(head: { id: "shapes" }, formats: [SEG, SR, GEOJSON, CSV]) { url reason } analyze(heads: [{ id: "shapes" }]) { __typename } } }`;
    const answered = await gateway.query<{ image: { exports: readonly { url: string }[] } }>(all);
    seen.push(JSON.stringify(answered));
    for (const { url } of answered.data!.image.exports) {
      seen.push(url, Buffer.from(await (await gateway.get(url)).arrayBuffer()).toString('latin1'));
    }
    seen.push(await (await gateway.get('/metrics')).text());
    seen.push(Buffer.from(await (await gateway.get(`/images/${id}`)).arrayBuffer()).toString('latin1'));
    for (const name of await readdir(dataDir))
      seen.push(name, (await readFile(join(dataDir, name))).toString('latin1'));
    seen.push(gateway.log());
    expect(seen.length).toBeGreaterThan(12);
    for (const text of seen) expect(text).not.toMatch(/planted|1\.2\.826\.0\.1\.99/i);
  });

  it('is kept where the gateway is told to, in the stored file and in what DICOM derives from it alone', async () => {
    const gateway = await startMedicalGateway({ keepIdentity: true });
    const { id } = await gateway.upload(drawSlice(0, { ...halves(), ...PLANTED }));
    const read = async (path: string) => Buffer.from(await (await gateway.get(path)).arrayBuffer()).toString('latin1');
    expect(await read(`/images/${id}`)).toContain('Planted12');
    expect(await read(`/images/${id}/heads/shapes/exports/seg`)).toContain('Planted12');
    expect(await read(`/images/${id}/heads/shapes/exports/geojson`)).not.toContain('Planted');
    expect(gateway.log()).not.toContain('Planted');
  });
});
