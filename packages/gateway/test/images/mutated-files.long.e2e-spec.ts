import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { drawPicture, encodeStream } from '../../../dicom/test/encode-stream.js';
import { mutate, seeded } from '../../../dicom/test/mutate.js';
import { readExpected, readShared, sharedFiles } from '../../../dicom/test/shared.js';
import { fragments, imageEntries, SYNTAX, writeDicom } from '../../../dicom/test/write-dicom.js';
import { drawEnhanced, drawSlice } from '../../../export/test/dicom-files.js';
import { writeNifti } from '../../../nifti/test/write-nifti.js';
import { startMedicalTarget } from '../attacks/start-target.js';
import type { GatewayClient } from '../connect-gateway.js';

/** `MEDZOO_FUZZ=1000` is the long run. */
const COUNT = Number(process.env.MEDZOO_FUZZ ?? 40);
/** A hang, and not a busy machine: the slowest is printed, and should be below 2 s on a quiet one. */
const LONGEST_MS = 20_000;
const MOST_GROWTH_MB = 600;
/** Real files are read up to this size: a mutation copies the whole file. */
const LARGEST_FILE = 200_000;

const EVERYTHING = `query All($id: ID!) { image(id: $id) {
  width height frames modality previewUrl spacing { x y } windows { center } flags { lossy overlays }
  analyze(heads: [{ id: "shapes" }, { id: "shade" }]) {
    ... on SegmentationAnswer { masks { area measurements { area unit } } provenance { warnings } }
    ... on HeadFailure { code message }
  }
  exports(head: { id: "shapes" }, formats: [SEG, NIFTI, CSV]) { format url reason }
} }`;

interface Seen {
  readonly image: { readonly previewUrl: string; readonly exports: readonly { readonly url: string | null }[] } | null;
}

/** One file of each family, and of each codec. */
async function drawGoodFiles(): Promise<readonly Uint8Array[]> {
  const picture = drawPicture(24, 20, 1, 8);
  const size = [['00280010', 'US', [24]] as const, ['00280011', 'US', [20]] as const];
  const compressed = async (syntax: string, encoder: Parameters<typeof encodeStream>[0]) =>
    writeDicom(imageEntries([...size, fragments([await encodeStream(encoder, picture)])], { bits: 8 }), { syntax });
  const volume = writeNifti({
    size: [20, 12, 3],
    code: 2,
    values: Uint8Array.from({ length: 720 }, (_, at) => at % 200),
  });
  return [
    drawSlice(1),
    drawEnhanced([0, 3, 6]),
    writeDicom(imageEntries([...size, ['7fe00010', 'OB', picture.values]], { bits: 8 }), { syntax: SYNTAX.explicit }),
    await compressed('1.2.840.10008.1.2.4.80', 'JpegLs'),
    await compressed('1.2.840.10008.1.2.4.90', 'Jpeg2000'),
    await compressed('1.2.840.10008.1.2.4.57', 'Jpeg'),
    volume,
    gzipSync(volume),
  ];
}

/** The slowest request so far, and what it asked for. */
const slowest = { ms: 0, name: '' };

async function timed<T>(name: string, run: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  const ms = performance.now() - start;
  if (ms > slowest.ms) Object.assign(slowest, { ms, name });
  return result;
}

/** Asks for everything that there is about a file. Returns the status of its upload. */
async function useFile(client: GatewayClient, bytes: Uint8Array): Promise<string> {
  const { status, id, body } = await timed('upload', () => client.upload(Buffer.from(bytes)));
  expect(status, JSON.stringify(body)).toBeLessThan(500);
  if (status !== 201 && status !== 200) return String(status);
  const query = () => client.query<Seen>(EVERYTHING, { id });
  const { data, errors = [], status: answered } = await timed('query', query);
  expect(answered).toBeLessThan(500);
  expect(errors.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
  const links = data?.image?.exports.flatMap(({ url }) => url ?? []) ?? [];
  for (const path of [`/images/${id}/preview.png`, ...links]) {
    const status = await timed(path.replace(id, ''), async () => {
      const response = await client.get(path);
      await response.arrayBuffer();
      return response.status;
    });
    expect([path, status < 500]).toEqual([path, true]);
  }
  return errors.length > 0 ? 'used, with errors' : 'used';
}

async function digestPreview(client: GatewayClient, bytes: Uint8Array): Promise<string> {
  const { id } = await client.upload(Buffer.from(bytes));
  const response = await client.get(`/images/${id}/preview.png`);
  expect(response.status).toBe(200);
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
}

it(`${COUNT} hurt files: no crash, no hang, bounded memory, and good files are read afterwards`, async () => {
  const target = await startMedicalTarget();
  const good = await drawGoodFiles();
  const previews: string[] = [];
  for (const bytes of good) previews.push(await digestPreview(target, bytes));
  const real = sharedFiles()
    .filter((name) => readExpected(name).refuse === undefined)
    .map(readShared)
    .filter(({ length }) => length < LARGEST_FILE);
  const files = [...good, ...real];
  const random = seeded(13);
  const before = target.memoryMb();
  const outcomes: Record<string, number> = {};
  let mostMb = before;
  for (let count = 0; count < COUNT; count += 1) {
    const outcome = await useFile(target, mutate(files[count % files.length]!, random));
    mostMb = Math.max(mostMb, target.memoryMb());
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === 'used') continue;
    const at = count % good.length;
    expect(await digestPreview(target, good[at]!)).toBe(previews[at]);
  }
  const grown = mostMb - before;
  const slow = `slowest request (${slowest.name}) ${slowest.ms.toFixed(0)} ms`;
  const seen = `${JSON.stringify(outcomes)}, ${slow}, ${grown.toFixed(0)} MB more`;
  process.stdout.write(`hurt files through the gateway: ${seen}\n`);
  expect(slowest.ms).toBeLessThan(LONGEST_MS);
  expect(grown).toBeLessThan(MOST_GROWTH_MB);
  expect(target.output()).not.toContain('Planted');
}, 3_600_000);
