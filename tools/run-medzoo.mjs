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
process.exitCode = run(at('tools/build-quietly.mjs'), [], at('.'));
if (process.exitCode === 0) {
  if (command === 'analyze') {
    // The folder is the demo's own: what it showed before may go.
    if (!has('--out')) defaults.push('--out', at('out/demo'), '--replace');
    if (!has('--help') && !has('-h') && !(await namesImages(given))) defaults.push(...listSamples());
  }
  process.exitCode = run(at('packages/cli/bin/medzoo.js'), [command, ...defaults, ...given], process.env.INIT_CWD);
}

/** Which words are values of options, the command itself knows. */
async function namesImages(args) {
  const { Command } = await import('commander');
  const { addAnalyze } = await import('../packages/cli/dist/commands/analyze.js');
  const program = new Command();
  addAnalyze(program);
  const valued = program.commands[0].options.filter(({ required }) => required);
  const options = Object.fromEntries(valued.map(({ long }) => [long.slice(2), { type: 'string', multiple: true }]));
  return parseArgs({ args, options, strict: false }).positionals.length > 0;
}

function listSamples() {
  return readdirSync(at('tools/samples/images')).map((name) => at(`tools/samples/images/${name}`));
}
