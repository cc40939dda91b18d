import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

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

const LICENCES = ['--licence', 'Apache-2.0', '--data-licence', 'CC0-1.0'];

/** What each is made with, and what check-head then says is still to be decided. */
const HEADS: readonly (readonly [id: string, options: readonly string[], undecided: readonly string[]])[] = [
  [
    'ragged-spots',
    ['--data', 'spots', '--modality', 'XC', ...LICENCES, '--train-package', TRAINER],
    ['encoder', 'golden record', 'data'],
  ],
  [
    'blood-cells',
    ['--task', 'segmentation', '--mask-values', '1=nucleus,2=cell', '--modality', 'SM'],
    ['encoder', 'golden record', 'licence', 'data', 'package licence'],
  ],
];

describe.runIf(isAsked).each(HEADS)('the head %s, from tarballs', (id, options, undecided) => {
  const head = (): string => join(folder, id);

  it('is written and installed, which builds it', { timeout: TIMEOUT_MS }, async () => {
    const said = await must(process.execPath, [CREATE, id, ...options, '--packages', tarballs], folder);
    expect(said).toContain('Still to be decided:');
    await must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], head());
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
 * docs/adding-a-head.md, "In fifteen minutes", from the second command on; the training takes one of its five minutes.
 */
describe.runIf(isAsked)('the worked example', () => {
  const head = (): string => join(folder, 'ragged-spots');

  it('embeds and trains', { timeout: TIMEOUT_MS }, async () => {
    await must('npm', ['run', 'embed', '--', '--data', '../spots'], head());
    await must('npm', ['run', 'train', '--', '--minutes', '1'], head());
    expect(readdirSync(join(head(), 'model'))).toContain('golden.json');
  });

  it('passes its tests, against the golden record, and every check', { timeout: TIMEOUT_MS }, async () => {
    expect(await must('npm', ['test', '--', '--reporter=verbose'], head())).toContain(
      'meets its golden record stage by stage',
    );
    const said = await must('npx', ['--no-install', 'medzoo', 'check-head', '.'], head());
    expect(said).toContain('Ready to be served. 0 errors');
  });

  it('is measured, and says so in its card', { timeout: TIMEOUT_MS }, async () => {
    await must('npx', ['--no-install', 'medzoo', 'evaluate', '--data', '../spots', '--record'], head());
    const card = readFileSync(join(head(), 'README.md'), 'utf8');
    const [, accuracy = '0'] = /\| accuracy +\| +\| ([\d.]+)/.exec(card) ?? [];
    expect(Number(accuracy)).toBeGreaterThan(0.8);
    await must('npx', ['--no-install', 'medzoo', 'card', '--check'], head());
  });

  it('is served: GraphQL answers about an image', { timeout: TIMEOUT_MS }, async () => {
    const gateway = spawn('npx', ['--no-install', 'medzoo-gateway', '--port', '0'], { cwd: head(), detached: true });
    try {
      const url = await readUrl(gateway.stdout);
      const image = readFileSync(join(folder, 'spots/images/0001.png'));
      const uploaded = await fetch(new URL('images', url), { method: 'POST', body: image });
      const { id } = (await uploaded.json()) as { readonly id: string };
      const query = `{ image(id: "${id}") { analyze(heads: [{ id: "ragged-spots" }], outOfDomain: WARN) { ... on ClassificationAnswer { label } } } }`;
      const asked = await fetch(new URL('graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(await asked.json()).toEqual({ data: { image: { analyze: [{ label: 'ragged' }] } } });
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
