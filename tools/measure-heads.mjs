// What `npm run measure` calls: measures the project's heads by the SDK on their own test splits, on other hospitals'
// images, on images of other kinds and on corrupted ones, and records the numbers in their model files (`--no-record`
// leaves those alone). A report that is there already for the same images, weights, domains and options is not made
// again, so that an interrupted run goes on where it was (tools/cards/src/measure).
//
// usage: npm run measure -- [--data ../shared/data] [--outside ../shared/outside] [--only WORD] [--corrupt-limit N]
// [--foreign-limit N]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runCorruption, runDomain, runEvaluation } from '@medzoo/cli';
import { loadConfig } from '@medzoo/core';
import { halveIndex } from './cards/dist/measure/halve-index.js';
import { keyOfReport } from './cards/dist/measure/report-key.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    outside: { type: 'string', default: join(ROOT, '../shared/outside') },
    out: { type: 'string', default: join(ROOT, 'out/measure') },
    only: { type: 'string', default: '' },
    'corrupt-limit': { type: 'string', default: '120' },
    'foreign-limit': { type: 'string', default: '40' },
    'object-limit': { type: 'string', default: '60' },
    'no-record': { type: 'boolean', default: false },
  },
});
const [data, outside, out] = [values.data, values.outside, values.out].map((path) => resolve(path));
const limits = { corrupt: Number(values['corrupt-limit']), foreign: Number(values['foreign-limit']) };
const objectLimit = Number(values['object-limit']);

/** By head or target: its own set, and those of other hospitals. By hand, since no folder says what it shows. */
const CLASSIFIERS = {
  'chest-xray-pneumonia': { own: 'cxr_pneumonia', others: ['cxr_normal_jsrt'] },
  'breast-ultrasound': { own: 'busi_breast_us', others: [] },
  'brain-mri': { own: 'brain_mri4', others: [] },
};
const TARGETS = {
  lungs: { own: 'cxr_lung', others: ['cxr_lung_jsrt'] },
  fetal_head: { own: 'hc18_fetal_head', others: [] },
  nuclei: { own: 'dsb2018_nuclei', others: [] },
  wound: { own: 'fuseg_wound', others: ['fuseg_wound_medetec'] },
  polyp: { own: 'kvasir_seg', others: ['kvasir_polyp_cvc'] },
};

/** Encoded once for all reports of this run. */
const embeddings = new Map();
const embeddingStore = {
  get: (key) => Promise.resolve(embeddings.get(key)),
  set: (key, value) => Promise.resolve(embeddings.set(key, value)),
};
const config = { ...(await loadConfig(pathToFileURL(join(ROOT, 'medzoo.config.mjs')))) };
const plain = { excludedLabels: [], limit: undefined, seed: 1, split: 'test', target: undefined, isPrompted: false };

/** The measured half of a folder of negatives, as a folder of its own. */
function halve(name) {
  const folder = join(out, 'sets', name);
  mkdirSync(folder, { recursive: true });
  const index = readFileSync(join(outside, name, 'index.csv'));
  writeFileSync(join(folder, 'index.csv'), halveIndex(index, join(outside, name)));
  return folder;
}

const locate = (name) => (existsSync(join(data, name)) ? join(data, name) : join(outside, name));

/** Every report there is to make: a name, what it depends on, and how it is made. */
function* plan() {
  const evaluation = (name, options) => ({ name, options, run: async (asked) => (await runEvaluation(asked)).report });
  for (const [head, { own, others }] of Object.entries(CLASSIFIERS))
    for (const set of [own, ...others])
      yield evaluation(`evaluate-${set}`, { data: locate(set), head, outOfDomain: 'refuse' });
  for (const [target, { own, others }] of Object.entries(TARGETS))
    for (const set of [own, ...others])
      yield evaluation(`evaluate-${set}`, { data: locate(set), head: 'automed', target, outOfDomain: 'refuse' });
  for (const { own, others } of Object.values(TARGETS))
    for (const set of [own, ...others]) {
      const prompted = { isPrompted: true, byObject: true, limit: objectLimit, outOfDomain: 'refuse' };
      yield evaluation(`object-${set}`, { data: locate(set), head: 'promptable', ...prompted });
    }
  const negatives = readdirSync(outside).filter((name) => name.startsWith('none_'));
  const owned = [...Object.values(CLASSIFIERS), ...Object.values(TARGETS)];
  for (const head of [...Object.keys(CLASSIFIERS), 'automed']) {
    const home =
      head === 'automed'
        ? Object.values(TARGETS).flatMap(({ own, others }) => [own, ...others])
        : [CLASSIFIERS[head].own, ...CLASSIFIERS[head].others];
    const foreign = owned.flatMap(({ own, others }) => [own, ...others]).filter((name) => !home.includes(name));
    const run = async (asked) => (await runDomain(asked)).report;
    for (const name of home)
      yield { name: `domain-${name}-${head}`, options: { data: locate(name), head, own: undefined }, run };
    for (const name of negatives)
      yield { name: `domain-${name}-${head}`, options: { data: halve(name), head, own: undefined }, run };
    for (const name of foreign)
      yield {
        name: `domain-${name}-${head}`,
        options: { data: locate(name), head, own: undefined, limit: limits.foreign },
        run,
      };
  }
  const corruption = (name, options) => ({ name, options, run: async (asked) => (await runCorruption(asked)).report });
  for (const [head, { own }] of Object.entries(CLASSIFIERS))
    yield corruption(`corrupt-${own}`, { data: locate(own), head, limit: limits.corrupt });
  for (const [target, { own }] of Object.entries(TARGETS))
    yield corruption(`corrupt-${own}`, { data: locate(own), head: 'automed', target, limit: limits.corrupt });
}

/** The index as the set has it: that of a half says where its images lie. */
function readIndex(folder) {
  const set = folder.startsWith(join(out, 'sets')) ? join(outside, basename(folder)) : folder;
  return readFileSync(join(set, 'index.csv'));
}

function keyOf({ name, options }) {
  const head = config.heads.find(({ manifest }) => manifest.id === options.head);
  return keyOfReport({ name, options, head, index: readIndex(options.data) });
}

const fileOf = ({ name }) => join(out, `${name}.json`);
const reports = [...plan()].filter(({ name }) => name.includes(values.only));
for (const [index, one] of reports.entries()) {
  const file = fileOf(one);
  const keyFile = join(out, 'keys', one.name);
  const key = keyOf(one);
  if (existsSync(file) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) continue;
  const started = performance.now();
  process.stdout.write(`${index + 1} of ${reports.length}: ${one.name} `);
  // Corrupted images are seen once.
  const shared = one.name.startsWith('corrupt') ? {} : { embeddingStore };
  const onProgress = (done, total) => {
    if (done % Math.ceil(total / 10) === 0) process.stdout.write('.');
  };
  const report = await one.run({ ...plain, config: { ...config, ...shared }, onProgress, ...one.options });
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(keyFile, key);
  process.stdout.write(` n ${report.n}, ${Math.round((performance.now() - started) / 1000)} s\n`);
}

if (!values['no-record']) {
  // What else lies in the folder is of other weights or other options.
  const files = reports.map(fileOf);
  // It needs nothing but Python itself.
  const env = { ...process.env, PYTHONPATH: join(ROOT, 'tools/train') };
  const { status } = spawnSync('python3', ['-m', 'medzoo_train.record_metrics', ...files], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
}
