import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawEnhanced, drawSlice, drawUltrasound } from '../../../export/test/dicom-files.js';
import { itemsAt, readDicom, textOf } from '../../../export/test/read-dicom.js';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { createFolder } from '../create-folder.js';
import { halves } from '../draw-halves.js';
import { look, offer, type Offered, SHAPES, slices, start, uploadSeries, waitUntil } from './series-requests.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

/** A volume of bytes in FreeSurfer's format, which does not say where it lies: it is coronal slices, 1 mm apart. */
function writeMgh(size: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(284);
  [1, ...size, 1, 0].forEach((value, index) => header.writeInt32BE(value, 4 * index));
  return Buffer.concat([header, values]);
}

/** Millimetres of `drawSlice` pixels, and of slices 2 mm apart. */
const VOXEL = 0.5 * 0.8 * 2;

describe('a series', () => {
  it('is analysed as a whole: its geometry, progress, answers by frame, volumes, and one file of each format', async () => {
    const gateway = await startMedicalGateway();
    const [series] = (await uploadSeries(gateway, [...slices(4, 0, 2), ...slices(2)])).series;
    expect(series).toMatchObject({ isVolume: true, images: expect.objectContaining({ length: 3 }) as object });
    const { id } = series!;
    const { data } = await gateway.query(
      `{ series(id: "${id}") { frameCount imageIds geometry { isVolume reason spacing { x y z } } } }`,
    );
    expect(data).toEqual({
      series: {
        ...{ frameCount: 3, imageIds: series!.images },
        geometry: { isVolume: true, reason: null, spacing: { x: 0.5, y: 0.8, z: 2 } },
      },
    });
    const started = await start(gateway, id);
    expect(started).toMatchObject({ framesTotal: 3, framesFailed: 0 });
    await waitUntil(gateway, started.id, 'DONE');
    const fields = `framesDone volumes { label stack foundIn slices volume reason }
      frames(from: 1, count: 5) { index frame image { id } answer { ... on SegmentationAnswer { masks { label area url } } } }`;
    const seen = await look(gateway, started.id, fields);
    const [head, nuclei] = (seen.frames![0]!.answer as { masks: { area: number; url: string }[] }).masks;
    expect(seen.frames!.map(({ index }) => index)).toEqual([1, 2]);
    expect((await gateway.get(head!.url)).status).toBe(200);
    expect(seen.volumes).toEqual([
      {
        label: 'fetal_head',
        stack: null,
        foundIn: 3,
        slices: 3,
        volume: expect.closeTo(3 * head!.area * VOXEL) as number,
        reason: null,
      },
      {
        label: 'nuclei',
        stack: null,
        foundIn: 3,
        slices: 3,
        volume: expect.closeTo(3 * nuclei!.area * VOXEL) as number,
        reason: null,
      },
    ]);
    const files: Record<string, Buffer> = {};
    for (const { format, url, reason } of await offer(
      gateway,
      id,
      'SEG, RTSTRUCT, SR, NIFTI, GEOJSON, COCO, RLE, CSV',
    )) {
      expect([format, reason]).toEqual([format, null]);
      const response = await gateway.get(url!);
      expect([format, response.status]).toEqual([format, 200]);
      expect(response.headers.get('content-disposition')).toContain(`${id.slice(0, 12)}.shapes.`);
      files[format] = Buffer.from(await response.arrayBuffer());
    }
    const seg = readDicom(files.SEG!);
    expect([textOf(seg, 'x00080060'), textOf(seg, 'x00280008')]).toEqual(['SEG', '6']); // two labels on three slices
    expect(itemsAt(seg, 'x00081115', 0, 'x0008114a')).toHaveLength(3);
    expect(textOf(readDicom(files.RTSTRUCT!), 'x00080060')).toBe('RTSTRUCT');
    const volume = gunzipSync(files.NIFTI!);
    expect([1, 2, 3].map((axis) => volume.readInt16LE(40 + 2 * axis))).toEqual([20, 12, 3]);
    expect(files.CSV!.toString().trim().split('\n')).toHaveLength(1 + 3 * 2);
    const coco = JSON.parse(files.COCO!.toString()) as { images: object[]; annotations: object[] };
    expect([coco.images.length, coco.annotations.length]).toEqual([3, 6]);
  });

  it('may be the frames of one file, DICOM or a volume', async () => {
    const gateway = await startMedicalGateway();
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30]]; // prettier-ignore
    const values = Uint8Array.from({ length: 120 }, (_, at) => (at % 6 < 3 ? 200 : 0));
    for (const [file, frames, formats] of [
      [drawEnhanced([0, 3, 6]), 3, 'SEG, NIFTI, SR'],
      [writeNifti({ size: [6, 5, 4], code: 2, values, sform }), 4, 'NIFTI, CSV'],
      [writeMgh([6, 5, 4], values), 4, 'NIFTI, CSV'],
    ] as const) {
      const { id } = await gateway.upload(file);
      const { data } = await gateway.query(
        `{ image(id: "${id}") { series { id frameCount geometry { isVolume } exports(head: ${SHAPES}, formats: [${formats}]) { url reason } } } }`,
      );
      const { series } = (data as { image: { series: { exports: Offered } } }).image;
      expect(series).toMatchObject({ id, frameCount: frames, geometry: { isVolume: true } });
      for (const { url } of series.exports) expect((await gateway.get(url!)).status).toBe(200);
    }
    const single = await gateway.upload(drawSlice(0, halves()));
    const { data } = await gateway.query(`{ image(id: "${single.id}") { series { id } } }`);
    expect(data).toEqual({ image: { series: null } });
  });

  it('is told apart from what makes no volume, with the reason, before anything runs', async () => {
    const gateway = await startMedicalGateway();
    const turned = drawSlice(2, { ...halves(), '00200037 DS': '0\\1\\0\\0\\0\\-1' });
    const [mixed] = (await uploadSeries(gateway, [...slices(0), turned, ...slices(4)])).series;
    const refused = await offer(gateway, mixed!.id, 'SEG, RTSTRUCT, NIFTI, CSV, PNG');
    expect(refused.map(({ reason }) => reason)).toEqual([
      ...Array.from({ length: 3 }, () => expect.stringMatching(/turned against slice 0.*Possible: sr/) as string),
      null,
      expect.stringContaining('one picture, and this is a series') as string,
    ]);
    const [gap] = (await uploadSeries(gateway, slices(10, 12, 20))).series;
    const offered = await offer(gateway, gap!.id, 'SEG, NIFTI');
    expect(offered.map(({ reason }) => reason)).toEqual([
      null,
      expect.stringContaining('slices are missing') as string,
    ]);
    const { id } = await start(gateway, gap!.id);
    await waitUntil(gateway, id, 'DONE');
    const { volumes } = await look(gateway, id, 'volumes { volume reason }');
    expect(volumes![0]).toEqual({ volume: null, reason: expect.stringContaining('slices are missing') as string });
    const [flat] = (await uploadSeries(gateway, [drawUltrasound(), drawUltrasound({ '00080018 UI': '1.2.3.4' })]))
      .series;
    expect((await offer(gateway, flat!.id, 'SEG'))[0]).toMatchObject({ url: null });
  });

  it('has the volumes of each point in time of one file, by its number', async () => {
    const gateway = await startMedicalGateway();
    const sform = [[-2, 0, 0, 10], [0, -3, 0, 20], [0, 0, 4, 30]]; // prettier-ignore
    const values = Uint8Array.from({ length: 240 }, (_, at) => (at % 6 < (at < 120 ? 3 : 0) ? 200 : 0));
    const { id } = await gateway.upload(writeNifti({ size: [6, 5, 4, 2], code: 2, values, sform }));
    const { id: analysis } = await start(gateway, id);
    await waitUntil(gateway, analysis, 'DONE');
    const { volumes } = await look(gateway, analysis, 'volumes { label stack slices }');
    const all = [0, 1].flatMap((stack) => ['fetal_head', 'nuclei'].map((label) => ({ label, stack, slices: 4 })));
    expect(volumes).toEqual(all);
  });

  it('may be made of images that came one by one, and outlives the gateway as they do', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const ids: string[] = [];
    for (const file of slices(4, 0, 2)) ids.push((await gateway.upload(file)).id);
    const create = (images: readonly string[]) =>
      gateway.query<{ createSeries: { id: string; imageIds: readonly string[] } }>(
        'mutation ($images: [ID!]!) { createSeries(images: $images) { id imageIds } }',
        { images },
      );
    const { data } = await create(ids);
    expect(data!.createSeries.imageIds).toEqual([ids[1], ids[2], ids[0]]);
    const { id } = data!.createSeries;
    for (const [wrong, message] of [
      [ids.slice(0, 1), /at least two/],
      [[ids[0]!, ids[0]!], /twice/],
      [[ids[0]!, 'f'.repeat(64)], /no image/],
    ] as const) {
      expect((await create(wrong)).errors?.[0]?.message).toMatch(message);
    }
    expect((await gateway.get(`/images/${id}`)).status).toBe(404);
    expect((await gateway.query(`{ image(id: "${id}") { id } }`)).data).toEqual({ image: null });
    const analysis = await start(gateway, id);
    await waitUntil(gateway, analysis.id, 'DONE');
    await gateway.close();
    const next = await startMedicalGateway({ dataDir });
    expect((await next.query(`{ series(id: "${id}") { frameCount } }`)).data).toEqual({ series: { frameCount: 3 } });
    expect((await next.query(`{ series(id: "${'0'.repeat(64)}") { id } }`)).data).toEqual({ series: null });
    expect((await next.get(`/series/${'0'.repeat(64)}/heads/shapes/exports/seg`)).status).toBe(404);
    const asked = await next.query(`{ seriesAnalysis(id: "${analysis.id}") { state } }`);
    expect([asked.data, asked.errors?.[0]]).toMatchObject([
      { seriesAnalysis: null },
      {
        message: expect.stringMatching(/none over a restart.*`analyzeSeries`/) as string,
        extensions: { code: 'IMAGE_NOT_FOUND' },
      },
    ]);
    const cancelled = await next.query(`mutation { cancelSeriesAnalysis(id: "${analysis.id}") { state } }`);
    expect(cancelled.errors?.[0]?.extensions.code).toBe('IMAGE_NOT_FOUND');
    expect((await start(next, id)).id).toBe(analysis.id);
    await waitUntil(next, analysis.id, 'DONE');
  });

  it('is asked in a query of bounded cost', async () => {
    const gateway = await startMedicalGateway();
    const { errors, status } = await gateway.query(
      '{ seriesAnalysis(id: "a") { frames(count: 100000) { index image { id } } } }',
    );
    expect([status, errors?.[0]?.message]).toEqual([400, expect.stringContaining('more than 25000 values') as string]);
    const [series] = (await uploadSeries(gateway, slices(0, 2))).series;
    const { id } = await start(gateway, series!.id);
    await expect(look(gateway, id, 'frames { answer { ... on SegmentationAnswer { masks { polygons { exterior } } } } }')).rejects.toThrow(/not kept of a series/); // prettier-ignore
    const unknown = await gateway.query(
      `mutation { analyzeSeries(series: "${series!.id}", head: { id: "no" }) { id } }`,
    );
    expect(unknown.errors?.[0]?.extensions.code).toBe('UNKNOWN_HEAD');
  });
});
