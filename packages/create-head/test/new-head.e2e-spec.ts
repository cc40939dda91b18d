import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CREATE = join(ROOT, 'packages/create-head/bin/create-head.js');
const TIMEOUT_MS = 600_000;

/** Several minutes of installing: for .ci/run, and for who changes the templates. */
const isAsked = Boolean(process.env.CI ?? process.env.MEDZOO_TEST_PACKED);

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
  await must('npm', ['pack', '--ignore-scripts', ...workspaces, '--pack-destination', tarballs], ROOT);
}, TIMEOUT_MS);

afterAll(() => (isAsked ? rm(folder, { recursive: true, force: true }) : undefined), TIMEOUT_MS);

const HEADS = [
  ['skin-lesions', ['--labels', 'benign,malignant', '--modality', 'XC']],
  ['blood-cells', ['--task', 'segmentation', '--mask-values', '1=nucleus,2=cell', '--modality', 'SM']],
] as const;

describe.runIf(isAsked).each(HEADS)('the head %s, from tarballs', (id, options) => {
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
    expect(errors).toEqual(['encoder', 'golden record', 'licence', 'data', 'package licence']);
  });
});
