// Builds what changed, before a command whose output is to be read: what the build says is shown only if it fails.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
const isSeen = process.stderr.isTTY;

if (isSeen) process.stderr.write('Building …');
const { status, stdout, stderr } = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build'], { encoding: 'utf8' });
if (isSeen) process.stderr.write('\r\x1b[K');
if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
process.exitCode = status ?? 1;
