// What `npm run demo`, `npm run evaluate` and `npm run presence` call: builds what changed, then runs a command of
// packages/cli with the project's heads, in the folder where npm was called.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const run = (file, args, cwd) => spawnSync(process.execPath, [file, ...args], { stdio: 'inherit', cwd }).status ?? 1;

const [command, ...given] = process.argv.slice(2);
const has = (option) => given.some((arg) => arg === option || arg.startsWith(`${option}=`));
const defaults = has('--config') ? [] : ['--config', at('medzoo.config.mjs')];
if (command === 'analyze') {
  // The folder is the demo's own: what it showed before may go.
  if (!has('--out')) defaults.push('--out', at('out/demo'), '--replace');
  const valued = { type: 'string', multiple: true };
  const names = ['config', 'out', 'heads', 'box', 'point', 'frame', 'slices', 'formats', 'out-of-domain'];
  const options = Object.fromEntries(names.map((name) => [name, valued]));
  const { positionals } = parseArgs({ args: given, options, strict: false });
  const samples = () => readdirSync(at('tools/samples/images')).map((name) => at(`tools/samples/images/${name}`));
  if (positionals.length === 0 && !has('--help')) defaults.push(...samples());
}

const built = run(at('tools/build-quietly.mjs'), [], at('.'));
process.exitCode =
  built || run(at('packages/cli/bin/medzoo.js'), [command, ...defaults, ...given], process.env.INIT_CWD);
