import { expect, it } from 'vitest';
import { replaceNpx } from './replace-npx.js';

it('replaceNpx runs the commands of this workspace and refuses others', () => {
  const bins = { medzoo: '/work tree/medzoo.js' };
  expect(replaceNpx('MEDZOO_OFFLINE=1 npx medzoo doctor --json', bins)).toBe(
    'MEDZOO_OFFLINE=1 node "/work tree/medzoo.js" doctor --json',
  );
  expect(replaceNpx('node start.js', bins)).toBe('node start.js');
  expect(() => replaceNpx('npx medzo doctor', bins)).toThrow('There is no command medzo');
});
