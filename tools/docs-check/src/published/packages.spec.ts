import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { readInstallLine } from '../documents/read-install-line.js';
import { ROOT } from '../workspace.js';

/** The oldest Node that `engines` allows, and the newest that is tested. */
const NODES = ['20.19.0', '24.0.0'];
const REPOSITORY = 'https://github.com/medzoo/medzoo';

interface PackageJson {
  readonly name: string;
  readonly private?: boolean;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string };
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly preferUnplugged?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
const readPackage = (folder: string) => read(`${folder}/package.json`) as PackageJson;
const folders = ['packages', 'tools'].flatMap((parent) =>
  readdirSync(new URL(`${parent}/`, ROOT))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(new URL(`${folder}/package.json`, ROOT))),
);
const published = folders.filter((folder) => readPackage(folder).private !== true);

/** Packages that bring native libraries with them, by way of core. */
const native = published.filter((folder) => {
  const { name, dependencies = {} } = readPackage(folder);
  return name === '@medzoo/core' || '@medzoo/core' in dependencies;
});

/** What a README links to, but for places in itself. */
const linksOf = (folder: string): string[] =>
  [...readFileSync(new URL(`${folder}/README.md`, ROOT), 'utf8').matchAll(/\]\(([^)#\s]+)/g)].map(([, link]) => link!);

describe.each(['.', ...folders])('%s/package.json', (folder) => {
  const json = readPackage(folder);

  it('says whose it is, where it is from and what it needs', () => {
    const isRoot = folder === '.';
    expect(json).toMatchObject({
      license: 'Apache-2.0',
      homepage: isRoot ? `${REPOSITORY}#readme` : `${REPOSITORY}/tree/main/${folder}#readme`,
      bugs: `${REPOSITORY}/issues`,
      repository: { type: 'git', url: `git+${REPOSITORY}.git`, ...(!isRoot && { directory: folder }) },
      engines: { node: '>=20.19' },
    });
    expect(json.keywords).toContain('medical-imaging');
  });
});

describe.each(published)('%s on npm', (folder) => {
  it('is unpacked by Yarn if it starts threads: their scripts are not found in an archive', () => {
    const sources = new URL(`${folder}/src/`, ROOT);
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => /\.m?ts$/.test(name));
    const startsThreads = files.some((name) => readFileSync(new URL(name, sources), 'utf8').includes('new Worker('));
    expect(readPackage(folder).preferUnplugged ?? false).toBe(startsThreads);
  });

  it('brings README, licence and notices', () => {
    const { files } = readPackage(folder);
    for (const file of ['README.md', 'LICENSE', 'NOTICE']) {
      expect(files).toContain(file);
      expect(existsSync(new URL(`${folder}/${file}`, ROOT))).toBe(true);
    }
  });

  it('is not packed where something of it was not built', () => {
    const { files = [], scripts } = readPackage(folder);
    expect(scripts).toMatchObject({ prepack: 'node ../../tools/check-built.mjs' });
    const copy = mkdtempSync(join(tmpdir(), 'medzoo-unbuilt-'));
    try {
      cpSync(new URL(`${folder}/package.json`, ROOT), join(copy, 'package.json'));
      const check = fileURLToPath(new URL('tools/check-built.mjs', ROOT));
      const { status, stderr } = spawnSync(process.execPath, [check], { cwd: copy, encoding: 'utf8' });
      expect(status).toBe(1);
      for (const file of files.filter((name) => /^[^!*]+$/.test(name))) expect(stderr).toContain(file);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('links to what is in the package, or to the repository by its whole address', () => {
    const { files = [] } = readPackage(folder);
    const inRepository = new RegExp(
      `^(${REPOSITORY}/(blob|tree)|https://raw\\.githubusercontent\\.com/medzoo/medzoo)/main/`,
    );
    const broken = linksOf(folder).filter((link) => {
      if (inRepository.test(link)) return !existsSync(new URL(link.replace(inRepository, ''), ROOT));
      if (/^https?:/.test(link)) return false;
      return !files.includes(link.split('/')[0]!) || !existsSync(new URL(`${folder}/${link}`, ROOT));
    });
    expect(broken).toEqual([]);
  });
});

describe.each(native)('%s, which brings native libraries,', (folder) => {
  it('names their licences', () => {
    expect(readFileSync(new URL(`${folder}/NOTICE`, ROOT), 'utf8')).toContain('LGPL-3.0-or-later');
  });

  it('is installed where NuGet is out of reach', () => {
    const readme = readFileSync(new URL(`${folder}/README.md`, ROOT), 'utf8');
    expect(readInstallLine(readme)).toMatch(/^ONNXRUNTIME_NODE_INSTALL=skip npm i @medzoo\//);
    const lines = readme.split('\n').filter((line) => /npm (i|install) .*@medzoo\//.test(line));
    expect(lines.filter((line) => !line.includes('ONNXRUNTIME_NODE_INSTALL=skip npm i '))).toEqual([]);
  });
});

it.each(NODES)('all that is installed for use runs on Node %s', (node) => {
  interface Locked {
    readonly version?: string;
    readonly dev?: boolean;
    /** As the binaries of other platforms are: npm leaves out what does not fit. */
    readonly optional?: boolean;
    readonly engines?: { readonly node?: string };
  }
  const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> };
  const unfit = Object.entries(packages)
    .filter(
      ([, { dev, optional, engines }]) =>
        !dev && !optional && engines?.node !== undefined && !satisfies(node, engines.node),
    )
    .map(([path, { version, engines }]) => `${path} ${version ?? ''}: ${engines?.node ?? ''}`);
  expect(unfit).toEqual([]);
});
