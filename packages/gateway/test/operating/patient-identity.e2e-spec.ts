import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { createFolder } from '../create-folder.js';
import { halves } from '../draw-halves.js';
import { drawZip } from '../images/draw-zip.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

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
    const all = `{ image(id: "${id}") { modality spacing { x } windows { center } flags { burnedIn } url previewUrl
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
