import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { encodePhantom } from './files/encode-phantom.js';
import { SLICE_FILES } from './files/encode-slices.js';
import { drawSample, locateSample, SAMPLE_NAMES, sampleFormat, SAMPLES_DIR } from './samples.js';
import { writePhantomSet } from './files/write-phantom-set.js';
import { writeSpotSet } from './files/write-spot-set.js';

const { values } = parseArgs({
  options: { data: { type: 'string' }, task: { type: 'string' }, count: { type: 'string', default: '200' } },
});
if (values.task !== undefined) {
  await writeSpotSet(values.task, Number(values.count));
  console.log(`${values.count} drawn spots with their masks and index.csv in ${values.task}`);
} else if (values.data === undefined) {
  await mkdir(SAMPLES_DIR, { recursive: true });
  for (const name of SAMPLE_NAMES) {
    const phantom = drawSample(name);
    const bytes = await encodePhantom(phantom, sampleFormat(name));
    await writeFile(locateSample(name), bytes);
    console.log(`${name}: ${phantom.size.width} x ${phantom.size.height}, ${Math.round(bytes.length / 1000)} kB`);
  }
  for (const [file, encode] of Object.entries(SLICE_FILES)) {
    const bytes = encode(drawSample('brain-slice'));
    await writeFile(new URL(file, SAMPLES_DIR), bytes);
    console.log(`${file}: ${Math.round(bytes.length / 1000)} kB`);
  }
} else {
  const count = await writePhantomSet(values.data);
  console.log(`${count} phantoms with their masks and index.csv in ${values.data}`);
}
