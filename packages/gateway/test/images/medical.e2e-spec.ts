import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPicture, encodeStream } from '../../../dicom/test/encode-stream.js';
import { drawEnhanced, drawSlice, drawUltrasound } from '../../../export/test/dicom-files.js';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { packageVersion } from '../../src/package-version.js';
import { askGateway } from '../../src/page/script/requests/ask-gateway.js';
import { dragWindow, previewPath } from '../../src/page/script/pictures/medical-view.js';
import { halves } from '../draw-halves.js';
import { startMedicalGateway } from '../start-medical-gateway.js';
import { drawPng } from '../start-test-gateway.js';

const SIZE = { width: 20, height: 12 };

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
  it('may be asked about in any number by one request, which is not refused for the places that it takes', async () => {
    const gateway = await startMedicalGateway();
    const images = Array.from({ length: 40 }, (_, at) => drawSlice(at, halves()));
    const ids: string[] = [];
    for (const image of images) ids.push((await gateway.upload(image)).id);
    const fields = ids.map((id, at) => `i${at}: image(id: "${id}") { modality flags { lossy } }`);
    const { status, data, errors } = await gateway.query<Record<string, { modality: string }>>(
      `{ ${fields.join(' ')} }`,
    );
    expect(errors).toBeUndefined();
    expect([status, Object.keys(data ?? {}).length]).toEqual([200, 40]);
  });

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

  it('are analysed by the page as it shows them, with the function of their own window', async () => {
    const gateway = await startMedicalGateway();
    const own = { '00281050 DS': '500', '00281051 DS': '1000', '00281056 CS': 'SIGMOID' };
    const { id } = await gateway.upload(drawSlice(0, { ...halves(), ...own }));
    const requests = askGateway(gateway.url);
    const { signal } = new AbortController();
    const facts = await requests.describe(id, signal);
    const view = { frame: 0, window: dragWindow(facts.windows[0]!, 0.25, 0.1) };
    expect(previewPath(id, view)).toContain('function=SIGMOID');
    expect((await gateway.get(previewPath(id, view))).status).toBe(200);
    const [answer] = await requests.analyze(id, [{ id: 'shapes' }], signal, view);
    expect(answer).toMatchObject({ provenance: { view: { window: view.window } } });
    const [file] = await requests.listExports(id, { id: 'shapes' }, view, signal);
    const { searchParams } = new URL(file!.url!, gateway.url);
    expect(JSON.parse(Buffer.from(searchParams.get('view')!, 'base64url').toString())).toEqual(view);
  });

  it('are plain files of the codecs of DICOM as well, without what is written beside the pixels', async () => {
    const gateway = await startMedicalGateway();
    const picture = drawPicture(12, 20, 1, 8);
    const stream = await encodeStream('JpegLs', picture);
    const note = Buffer.from('\xff\xfe\0\x0ePLANTED NAME', 'latin1');
    const { status, id, body } = await gateway.upload(Buffer.concat([stream.subarray(0, 2), note, stream.subarray(2)]));
    expect([status, body]).toMatchObject([201, { width: 20, height: 12, mediaType: 'image/jls' }]);
    const preview = await gateway.get(`/images/${id}/preview.png`);
    const shown = await sharp(Buffer.from(await preview.arrayBuffer()))
      .extractChannel(0)
      .raw()
      .toBuffer();
    expect(Array.from(shown)).toEqual(picture.values);
    const stored = Buffer.from(await (await gateway.get(`/images/${id}`)).arrayBuffer());
    expect([stored.length, stored.includes('PLANTED')]).toEqual([stream.length + note.length, false]);
    const { data } = await gateway.query<Answered>(`{ image(id: "${id}") { analyze(heads: [{ id: "shapes" }]) {
      ... on SegmentationAnswer { masks { area measurements { unit area } inPixels: measurements(inPixels: true) { unit area } } }
    } } }`);
    expect(data!.image.analyze[0]!.masks[0]!.measurements.unit).toBe('PIXEL');
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
      'The head "shade" makes no masks. Possible: sc, csv.',
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
        image: { exports: readonly { url: string | null; reason: string | null }[] | null } | null;
      }>(`{ image(id: "${id}") { exports(${asked}) { url reason } } }`);
      return { ...reply.data?.image?.exports?.[0], code: reply.errors?.[0]?.extensions.code };
    };
    const cases = [
      [slice, 'head: { id: "shapes" }, formats: [PNG]', /one mask, and this answer has 2.*"targets"/],
      [
        segmentation,
        'head: { id: "shapes" }, formats: [CSV]',
        /the kind "segmentation": it says something about another image/,
      ],
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
});
