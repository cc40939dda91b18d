import { expect, it } from 'vitest';
import { checkNpmLine } from './check-npm-line.js';

const workspace = { packages: ['@medzoo/core'], scripts: ['demo', 'test'] };

it('checkNpmLine takes what exists, refuses what does not, and leaves other commands to be run', () => {
  for (const line of [
    'npm ci',
    'npm install @medzoo/core sharp',
    'npm i -D @medzoo/core',
    'npm run demo -- x',
    'npm test',
    'ONNXRUNTIME_NODE_INSTALL=skip npm i @medzoo/core',
  ]) {
    expect(checkNpmLine(line, workspace)).toBe(true);
  }
  expect(checkNpmLine('medzoo-gateway --config npm', workspace)).toBe(false);
  for (const line of ['npm i @medzoo/cor', 'A=b npm i @medzoo/cor', 'npm run dem', 'npm run', 'npm publish']) {
    expect(() => checkNpmLine(line, workspace)).toThrow();
  }
});
