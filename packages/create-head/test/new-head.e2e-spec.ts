import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The trainer as this repository has it. */
const TRAINER = join(ROOT, 'tools/medzoo-train');
const CREATE = join(ROOT, 'packages/create-head/bin/create-head.js');
const TIMEOUT_MS = 600_000;

/** Several minutes of installing: for .ci/run, and for who changes the templates. */
const isAsked = Boolean(process.env.CI ?? process.env.MEDZOO_TEST_PACKED);

/** Images of the worked example: enough to learn it, and to embed in half a minute. */
const COUNT = '80';

let folder: string;
const tarballs = join(ROOT, 'out/packed-head');

type Finished = Readonly<{ code: number; stdout: string; stderr: string }>;

/** As somebody runs it who has nothing of this checkout's settings. */
function run(command: string, args: readonly string[], cwd: string): Promise<Finished> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(npm_|INIT_CWD|NODE_OPTIONS)/i.test(key)),
  );
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 2 ** 26, timeout: TIMEOUT_MS }, (fault, stdout, stderr) => {
      resolve({ code: fault === null ? 0 : 1, stdout, stderr });
    });
  });
}

async function must(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

it.skipIf(isAsked)('installs a new head (left out: set CI or MEDZOO_TEST_PACKED to 1)', () => undefined);

beforeAll(async () => {
  if (!isAsked) return;
  folder = mkdtempSync(join(tmpdir(), 'medzoo-new-head-'));
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  const workspaces = readdirSync(join(ROOT, 'packages')).flatMap((name) => ['--workspace', `packages/${name}`]);
  await must(
    process.execPath,
    [join(ROOT, 'tools/samples/dist/write-samples.js'), '--task', 'spots', '--count', COUNT],
    folder,
  );
  await must('npm', ['pack', '--ignore-scripts', ...workspaces, '--pack-destination', tarballs], ROOT);
}, TIMEOUT_MS);

afterAll(() => (isAsked ? rm(folder, { recursive: true, force: true }) : undefined), TIMEOUT_MS);

const USE = ['--intended-use', 'Drawn spots, for tests. Not for diagnosis.'];
const LICENCES = ['--licence', 'Apache-2.0', '--data-licence', 'CC0-1.0'];

interface NewHead {
  readonly id: string;
  readonly options: readonly string[];
  /** What check-head says is still to be decided. */
  readonly undecided: readonly string[];
  /** What the standard measurement of its task is called, and how good the head is at least by it, or at most. */
  readonly metric: readonly [name: string, inCard: string, isGood: (value: number) => boolean];
  /** What GraphQL is asked, and what is in its answer about the first image. */
  readonly answer: readonly [fragment: string, expected: unknown];
  readonly evaluate?: readonly string[];
}

const DATA = ['--data', 'spots', '--modality', 'XC', ...USE, ...LICENCES, '--train-package', TRAINER];
const UNDECIDED = ['golden record', 'data'];

/** A head of each task, all of them of one set of drawn spots. The first is that of the worked example. */
const HEADS: readonly NewHead[] = [
  {
    id: 'ragged-spots',
    options: DATA,
    undecided: UNDECIDED,
    metric: ['accuracy', 'accuracy', (value) => value > 0.8],
    answer: ['ClassificationAnswer { label }', { label: 'ragged' }],
  },
  {
    id: 'spot-parts',
    options: [
      '--task',
      'segmentation',
      '--mask-values',
      '1=rim,2=core',
      '--modality',
      'XC',
      ...USE,
      '--train-package',
      TRAINER,
    ],
    undecided: ['golden record', 'licence', 'data', 'package licence'],
    metric: ['dice', 'Dice', (value) => value > 0.5],
    answer: ['SegmentationAnswer { masks { label } }', { masks: [{ label: 'rim' }, { label: 'core' }] }],
    evaluate: ['--mask-value', '2=core'],
  },
  {
    id: 'spot-size',
    options: ['--task', 'regression', '--quantities', 'radius=mm', ...DATA],
    undecided: UNDECIDED,
    metric: ['mae', 'mean absolute error', (value) => value < 0.5],
    answer: ['RegressionAnswer { values { label unit } }', { values: [{ label: 'radius', unit: 'mm' }] }],
  },
  {
    id: 'spot-signs',
    options: ['--task', 'multilabel', '--labels', 'large,ragged', ...DATA],
    undecided: UNDECIDED,
    metric: ['auroc', 'AUROC', (value) => value > 0.7],
    answer: ['MultilabelAnswer { labels }', { labels: expect.arrayContaining(['ragged']) as unknown }],
  },
  {
    id: 'spot-centre',
    options: ['--task', 'keypoints', ...DATA],
    undecided: UNDECIDED,
    metric: ['mean_distance_px', 'mean distance in pixels', (value) => value < 16],
    answer: [
      'KeypointsAnswer { points { label absentBecause } }',
      { points: [{ label: 'centre', absentBecause: null }] },
    ],
  },
];
const [EXAMPLE] = HEADS as readonly [NewHead];

/**
 * Packages of one folder have the same dependencies: they are installed once, and so is the trainer. The images are
 * embedded once too, with what any of the tasks is trained on.
 */
async function share(id: string, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, id, path)), { recursive: true });
    await symlink(join(folder, EXAMPLE.id, path), join(folder, id, path));
  }
}

describe.runIf(isAsked).each(HEADS)('the head $id, from tarballs', ({ id, options, undecided }) => {
  const head = (): string => join(folder, id);

  it('is written and installed, which builds it', { timeout: TIMEOUT_MS }, async () => {
    const said = await must(process.execPath, [CREATE, id, ...options, '--packages', tarballs], folder);
    expect(said).toContain('Still to be decided:');
    if (id === EXAMPLE.id) await must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], head());
    else {
      await share(id, 'node_modules');
      await must('npm', ['run', 'build'], head());
    }
    expect(readdirSync(join(head(), 'dist'))).toContain(`${id}.js`);
  });

  it.each(['lint', 'typecheck', 'test'])('passes npm run %s at once', { timeout: TIMEOUT_MS }, async (script) => {
    await must('npm', ['run', script], head());
  });

  it('is told by check-head what is still to be decided, and nothing else', { timeout: TIMEOUT_MS }, async () => {
    const { code, stdout } = await run('npx', ['--no-install', 'medzoo', 'check-head', '.', '--json'], head());
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Readonly<{
      heads: { findings: { check: string; level: string }[] }[];
      package: { findings: { check: string; level: string }[] };
    }>;
    const errors = [...report.heads.flatMap(({ findings }) => findings), ...report.package.findings]
      .filter(({ level }) => level === 'error')
      .map(({ check }) => check);
    expect(errors).toEqual(undecided);
  });
});

/**
 * docs/adding-a-head.md, "In fifteen minutes", from the second command on, and the same of the other tasks. The training
 * of the example takes one of its five minutes, those of the others as many steps as show that they learn.
 */
describe.runIf(isAsked).each(HEADS)('the worked example of $id', ({ id, metric, answer, evaluate = [] }) => {
  const head = (): string => join(folder, id);
  const isExample = id === EXAMPLE.id;

  it('embeds and trains', { timeout: TIMEOUT_MS }, async () => {
    const kept = isExample ? ['--masks'] : [];
    if (isExample) await must('npm', ['run', 'embed', '--', '--data', '../spots', ...kept], head());
    else await share(id, 'emb', 'train/.venv');
    const quick = isExample ? ['--minutes', '1'] : ['--minutes', '2', '--steps', '60'];
    await must('npm', ['run', 'train', '--', ...quick, '--data-licence', 'CC0-1.0', '--licence', 'Apache-2.0'], head());
    expect(readdirSync(join(head(), 'model'))).toContain('golden.json');
  });

  it('passes its tests, against the golden record, and every check', { timeout: TIMEOUT_MS }, async () => {
    expect(await must('npm', ['test', '--', '--reporter=verbose'], head())).toContain(
      'meets its golden record stage by stage',
    );
    const { stdout } = await run('npx', ['--no-install', 'medzoo', 'check-head', '.'], head());
    // A package that nobody gave a licence may not be published.
    expect(stdout).toMatch(id === 'spot-parts' ? /1 error,/ : /Ready to be served. 0 errors/);
  });

  it('is measured, and says so in its card', { timeout: TIMEOUT_MS }, async () => {
    const options = ['--data', '../spots', '--record', ...evaluate];
    await must('npx', ['--no-install', 'medzoo', 'evaluate', ...options], head());
    const card = readFileSync(join(head(), 'README.md'), 'utf8');
    const { metrics } = JSON.parse(readFileSync(join(head(), 'model/model.json'), 'utf8')) as {
      readonly metrics: readonly { readonly name: string; readonly value: number }[];
    };
    const [name, inCard, isGood] = metric;
    const value = metrics.find((one) => one.name === name)?.value ?? NaN;
    expect(value).toSatisfy(isGood);
    expect(card).toMatch(new RegExp(`\\| ${inCard} +\\|`));
    await must('npx', ['--no-install', 'medzoo', 'card', '--check'], head());
  });

  it('is served: GraphQL answers about an image', { timeout: TIMEOUT_MS }, async () => {
    const gateway = spawn('npx', ['--no-install', 'medzoo-gateway', '--port', '0'], { cwd: head(), detached: true });
    try {
      const url = await readUrl(gateway.stdout);
      const image = readFileSync(join(folder, 'spots/images/0001.png'));
      const uploaded = await fetch(new URL('images', url), { method: 'POST', body: image });
      const { id: imageId } = (await uploaded.json()) as { readonly id: string };
      const [fragment, expected] = answer;
      const query = `{ image(id: "${imageId}") { analyze(heads: [{ id: "${id}" }], outOfDomain: WARN) { ... on ${fragment} } } }`;
      const asked = await fetch(new URL('graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(await asked.json()).toEqual({ data: { image: { analyze: [expected] } } });
    } finally {
      process.kill(-gateway.pid!); // npx and what it started
    }
  });
});

/** The address in the line that says that a gateway is ready. */
async function readUrl(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    if (url !== undefined) return url;
  }
  throw new Error('The gateway ended before it was ready.');
}
