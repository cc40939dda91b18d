import { basename } from 'node:path';
import type { HeadAnswers } from '../ask/answers.js';
import { chooseAugmentation, SAY_TASK } from './fill-template.js';

/** What the packages of heads outside of this repository are built and tested with. */
const TOOLS = {
  '@arethetypeswrong/cli': '^0.18.5',
  '@types/node': '^20.19.43',
  eslint: '^10.15.0',
  typescript: '^5.9.3',
  'typescript-eslint': '^8.73.0',
  vitest: '^4.1.12',
};

/** Peers and tools of medzoo, which a head is served and made with. */
const PEERS = ['@medzoo/core', '@medzoo/sam-med2d'];
const OWN_TOOLS = ['@medzoo/cli', '@medzoo/gateway'];

/** Install scripts that are not needed: npm 11 asks. */
const SCRIPTS_LEFT_OUT = {
  '@apollo/protobufjs': false,
  'core-js-pure': false,
  esbuild: false,
  'onnxruntime-node': false,
  protobufjs: false,
};

const about = ({ id, task, labels, title }: HeadAnswers) => ({
  description: `${title}: a head for medzoo, which ${SAY_TASK[task](labels.join(', '))}.`,
  keywords: ['medical-imaging', 'medzoo', 'medzoo-head', task, id],
});

/**
 * package.json of a head outside of this repository. `version` is that of medzoo's packages; `tarballs` are paths of
 * packed ones, which are installed in the place of those in the registry.
 */
export function packageJson(answers: HeadAnswers, version: string, tarballs: readonly string[]): object {
  const packed = Object.fromEntries(tarballs.map((path) => [nameOfTarball(path), `file:${path}`]));
  const range = (name: string): string => packed[name] ?? `^${version}`;
  const named = [...PEERS, ...OWN_TOOLS].map((name) => [name, range(name)]);
  const { licence, packageName } = answers;
  return {
    name: packageName,
    version: '0.1.0',
    ...about(answers),
    license: licence ?? 'UNLICENSED',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist', 'model', 'README.md', 'CHANGELOG.md', ...(licence === 'Apache-2.0' ? ['LICENSE'] : [])],
    scripts: {
      prepare: 'npm run build',
      build: 'tsc -p tsconfig.build.json',
      typecheck: 'tsc --noEmit',
      lint: 'eslint .',
      // Loading a model takes longer than a test usually may, on a machine that is busy.
      test: 'vitest run --testTimeout 60000',
      embed: embedScript(answers),
      train: 'node train/train.mjs',
      check: 'medzoo check-head .',
      serve: 'medzoo-gateway',
    },
    peerDependencies: Object.fromEntries(PEERS.map((name) => [name, `^${version}`])),
    devDependencies: sorted({ ...TOOLS, ...packed, ...(Object.fromEntries(named) as Record<string, string>) }),
    allowScripts: SCRIPTS_LEFT_OUT,
  };
}

/** package.json of a head in this repository. */
export function workspacePackageJson(answers: HeadAnswers, version: string): object {
  const { id, packageName } = answers;
  return {
    name: packageName,
    version: '0.1.0',
    ...about(answers),
    homepage: `https://github.com/medzoo/medzoo/tree/main/packages/${id}#readme`,
    bugs: 'https://github.com/medzoo/medzoo/issues',
    repository: { type: 'git', url: 'git+https://github.com/medzoo/medzoo.git', directory: `packages/${id}` },
    license: answers.licence ?? 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19' },
    exports: { '.': { '@medzoo/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist', '!dist/*.tsbuildinfo', 'model', 'README.md', 'LICENSE', 'NOTICE'],
    scripts: {
      build: 'tsc -b',
      embed: embedScript(answers),
      train: 'node train/train.mjs',
    },
    dependencies: Object.fromEntries(PEERS.map((name) => [name, `^${version}`])),
    nx: { tags: ['scope:head'] },
  };
}

/** What else than embeddings a head of this task is trained on: masks and places are finer, so it sees the image. */
const KEPT: Partial<Record<HeadAnswers['task'], string>> = {
  segmentation: ' --masks --images',
  keypoints: ' --images',
};

function embedScript({ task, modalities }: HeadAnswers): string {
  return `medzoo embed --out emb --copies 1 --augment ${chooseAugmentation(modalities, task)}${KEPT[task] ?? ''}`;
}

/** "medzoo-sam-med2d-0.1.0.tgz" is of @medzoo/sam-med2d. */
function nameOfTarball(path: string): string {
  const name = basename(path).replace(/-\d+\.\d+\.\d+[^/]*\.tgz$/, '');
  return name.replace(/^medzoo-/, '@medzoo/');
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
