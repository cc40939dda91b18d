import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDicomSource, writeAnswers, type PicturedAnswer } from '../src/index.js';
import { CONCEPTS, NOTHING, PROVENANCE, RING, segmentation, SPOT } from './answers.js';
import { drawSlice } from './dicom-files.js';
import { createDicomWeb, type JsonDataSet } from './dicomweb.js';
import { itemsAt, readDicom, textOf } from './read-dicom.js';
import { hasOrthanc, startOrthanc, type RunningOrthanc } from './start-orthanc.js';

const STUDY = '1.2.826.0.1.99.1';
const SOURCE_SERIES = '1.2.826.0.1.99.2';
const isHere = hasOrthanc();

const valuesOf = (dataSet: JsonDataSet, tag: string): readonly unknown[] => dataSet[tag]?.Value ?? [];

describe.skipIf(!isHere)(
  `Orthanc${isHere ? '' : ' (left out: install orthanc and orthanc-dicomweb, see verify.sh)'}`,
  () => {
    const series = [0, 3, 6].map((z) => drawSlice(z));
    const written: Record<string, Uint8Array> = {};
    let orthanc: RunningOrthanc;
    let web: ReturnType<typeof createDicomWeb>;

    beforeAll(async () => {
      orthanc = await startOrthanc();
      web = createDicomWeb(`${orthanc.url}dicom-web/`);
      const contents = [segmentation(RING, NOTHING), segmentation(RING, SPOT), segmentation(RING, NOTHING)];
      const answers = series.map((file, index): PicturedAnswer => {
        return { image: `${index}`, value: contents[index]!, provenance: PROVENANCE, source: readDicomSource(file) };
      });
      for (const format of ['seg', 'rtstruct', 'sr'] as const) {
        const [file] = await writeAnswers(format, answers, { labels: ['lungs', 'polyp'], concepts: CONCEPTS });
        written[format] = file!.content as Uint8Array;
      }
    }, 60_000);
    afterAll(() => orthanc.stop());

    it('stores the series and what was derived from it, and finds all of it in one study', async () => {
      const stored = await web.store([...series, ...Object.values(written)]);
      expect(valuesOf(stored, '00081199')).toHaveLength(6);
      expect(valuesOf(stored, '00081198')).toEqual([]); // a success has it too, without a value

      const studies = await web.search('studies?includefield=00080061');
      expect(studies.map((study) => valuesOf(study, '0020000D'))).toEqual([[STUDY]]);
      expect(valuesOf(studies[0]!, '00080061').toSorted()).toEqual(['CT', 'RTSTRUCT', 'SEG', 'SR']);
      const found = await web.search(`studies/${STUDY}/series`);
      expect(found.map((one) => valuesOf(one, '00080060')[0]).toSorted()).toEqual(['CT', 'RTSTRUCT', 'SEG', 'SR']);
      const source = found.find((one) => valuesOf(one, '00080060')[0] === 'CT')!;
      expect(valuesOf(source, '0020000E')).toEqual([SOURCE_SERIES]);
    });

    it.each(['seg', 'rtstruct', 'sr'] as const)('gives the %s back as it was written', async (format) => {
      const file = readDicom(written[format]!);
      const path = ['0020000d', '0020000e', '00080018'].map((tag) => textOf(file, `x${tag}`));
      const [back, ...others] = await web.retrieve(`studies/${path[0]}/series/${path[1]}/instances/${path[2]}`);
      expect(others).toEqual([]);
      expect(Buffer.from(back!).equals(Buffer.from(written[format]!))).toBe(true);
    });

    it('knows of the segmentation which images it is about', async () => {
      const seg = readDicom(written.seg!);
      const [metadata] = await web.search(`studies/${STUDY}/series/${textOf(seg, 'x0020000e')}/metadata`);
      const labels = valuesOf(metadata!, '00620002').map((item) => valuesOf(item as JsonDataSet, '00620005')[0]);
      expect(labels).toEqual(['lungs', 'polyp']);
      const instances = await web.search(`studies/${STUDY}/series/${SOURCE_SERIES}/instances`);
      const known = instances.map((one) => valuesOf(one, '00080018')[0]);
      const referred = itemsAt(seg, 'x00081115', 0, 'x0008114a').map((item) => textOf(item, 'x00081155'));
      expect(referred.toSorted()).toEqual(known.toSorted());
    });
  },
);
