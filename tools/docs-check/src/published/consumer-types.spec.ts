import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../workspace.js';

const TIMEOUT_MS = 120_000;

/** What a server or a page does with bytes, as TypeScript 5.7 and later check it with the types of a browser. */
const PROGRAM = `
import { connectZoo, createZoo, decodeRle, rleToPng } from '@medzoo/core';
import type { AnalyzeOptions, ClassificationAnswer, ConnectOptions, ImageMask, Rle, Zoo } from '@medzoo/core';
import { deidentifyDicom, deidentifyRaster } from '@medzoo/dicom';
import { drawAnswer, drawOverlay } from '@medzoo/draw';
import { toPngMask, writeNifti, writeSeg, type WrittenFile } from '@medzoo/export';
import { deidentifyNifti } from '@medzoo/nifti';

export async function send(mask: ImageMask, { heatMap }: ClassificationAnswer, rle: Rle, file: WrittenFile) {
  const bytes = [
    mask.png!, mask.probabilities!.values, heatMap!.values, decodeRle(rle), await rleToPng(rle), await toPngMask(mask),
    await drawOverlay(new Uint8Array(), [mask]), await drawAnswer(new Uint8Array(), {} as ClassificationAnswer),
    deidentifyDicom(new Uint8Array(), { key: '' }), deidentifyRaster(new Uint8Array()),
    deidentifyNifti(new Uint8Array()), (await writeNifti([])).bytes, (await writeSeg({} as never, {} as never)).bytes,
  ];
  await crypto.subtle.digest('SHA-256', bytes[0]!);
  return [new Response(bytes[0]!), new Response(file.content), new Blob(bytes), new File(bytes, 'masks')];
}

export async function passOn(zoo: Zoo, { signal, deadlineMs, view }: AnalyzeOptions, { maxPending }: ConnectOptions) {
  await zoo.analyze(new Uint8Array(), {}, { signal, deadlineMs, view });
  await zoo.prefetch({ signal });
  await createZoo({ heads: [], threads: undefined, warmUp: undefined });
  await connectZoo({ config: '', signal, maxPending });
}
`;

describe('the types of the built packages', () => {
  it(
    'let bytes be sent, and options be passed on, without a cast, also where declarations are checked',
    { timeout: TIMEOUT_MS },
    () => {
      mkdirSync(new URL('out/', ROOT), { recursive: true });
      const folder = mkdtempSync(fileURLToPath(new URL('out/consumer-', ROOT)));
      try {
        const program = join(folder, 'program.ts');
        writeFileSync(program, PROGRAM);
        expect(findFaults(program)).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('give no parameter to typed arrays, which had none before TypeScript 5.7', () => {
    const packages = new URL('packages/', ROOT);
    const declarations = readdirSync(packages).flatMap((name) => {
      const dist = fileURLToPath(new URL(`${name}/dist/`, packages));
      const entries = readdirSync(dist, { recursive: true }).map(String);
      return entries.filter((entry) => entry.endsWith('.d.ts')).map((entry) => join(dist, entry));
    });
    // The page's script is a program of the gateway and is imported by nobody.
    const imported = declarations.filter((file) => !file.includes('/page/script/'));
    expect(imported.filter((file) => /\w(Array|Buffer)<ArrayBuffer/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

function findFaults(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file: source, messageText }) => `${source?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}
