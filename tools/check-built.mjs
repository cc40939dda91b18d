// Before `npm pack` and `npm publish`, in a package's folder: npm leaves out, without a word, what `files` names and is
// not there, such as a build that was forgotten.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

const { name, files, exports, bin = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const targets = Object.values(exports).flatMap((one) => (typeof one === 'string' ? one : [one.types, one.default]));
const named = [...files, ...targets, ...Object.values(bin)].filter((path) => !path.startsWith('!'));
// Of a pattern, its folder.
const missing = [...new Set(named.map((path) => path.replace(/\/\*.*/, '')))].filter((path) => !isThere(path));
if (missing.length > 0) {
  console.error(`${name} lacks ${missing.join(', ')}, which it publishes. Run \`npm run build\` first.`);
  process.exitCode = 1;
}

function isThere(path) {
  return existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0);
}
