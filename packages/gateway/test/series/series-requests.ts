import { expect, vi } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { halves } from '../draw-halves.js';
import { drawZip } from '../images/draw-zip.js';
import type { TestGateway } from '../start-test-gateway.js';

/** The head that is asked, in GraphQL. */
export const SHAPES = '{ id: "shapes" }';

export interface Archive {
  readonly images: readonly { readonly id: string }[];
  readonly series: readonly { readonly id: string; readonly images: readonly string[]; readonly isVolume: boolean }[];
}
export interface Analysis {
  readonly id: string;
  readonly state: string;
  readonly message: string | null;
  readonly framesTotal: number;
  readonly framesDone: number;
  readonly framesFailed: number;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly frames?: readonly { readonly index: number; readonly frame: number; readonly answer: object | null }[];
}
export type Offered = readonly {
  readonly format: string;
  readonly url: string | null;
  readonly reason: string | null;
}[];

export async function uploadSeries(gateway: TestGateway, files: readonly Uint8Array[]): Promise<Archive> {
  const { status, body } = await gateway.upload(drawZip(Object.fromEntries(files.map((file, at) => [`${at}`, file]))));
  expect([status, body]).toMatchObject([201, {}]);
  return body as Archive;
}

export const slices = (...zs: readonly number[]): Uint8Array[] => zs.map((z) => drawSlice(z, halves()));

export const PROGRESS = 'id state message framesTotal framesDone framesFailed';

export async function start(gateway: TestGateway, series: string): Promise<Analysis> {
  const { data, errors } = await gateway.query<{ analyzeSeries: Analysis }>(
    `mutation { analyzeSeries(series: "${series}", head: ${SHAPES}) { ${PROGRESS} } }`,
  );
  if (errors) throw new Error(errors[0]!.message, { cause: errors[0] });
  return data!.analyzeSeries;
}

export async function look(gateway: TestGateway, id: string, fields = PROGRESS): Promise<Analysis> {
  const { data, errors } = await gateway.query<{ seriesAnalysis: Analysis }>(
    `{ seriesAnalysis(id: "${id}") { ${fields} } }`,
  );
  if (errors) throw new Error(errors[0]!.message);
  return data!.seriesAnalysis;
}

export async function waitUntil(gateway: TestGateway, id: string, state: string): Promise<Analysis> {
  return vi.waitFor(
    async () => {
      const seen = await look(gateway, id);
      expect(seen.state).toBe(state);
      return seen;
    },
    { timeout: 30_000, interval: 50 },
  );
}

export async function offer(gateway: TestGateway, series: string, formats: string, head = SHAPES): Promise<Offered> {
  const { data, errors } = await gateway.query<{ series: { exports: Offered } }>(
    `{ series(id: "${series}") { exports(head: ${head}, formats: [${formats}]) { format url reason } } }`,
  );
  expect(errors).toBeUndefined();
  return data!.series.exports;
}
