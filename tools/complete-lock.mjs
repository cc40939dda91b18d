// Completes package-lock.json so that `npm ci` accepts it on every machine.
//
// npm records an optional platform package (such as @img/sharp-win32-arm64) only if the registry served it when the
// lock was made; a mirror may not have it. `npm ci` then refuses the whole file. Each missing one is added as an entry
// that is limited to its own platform, so nothing is installed because of it here.
//
// usage: node tools/complete-lock.mjs [package-lock.json]
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** Node's own look-up: the nearest node_modules folder on the way up from `location` that holds `name`. */
function isLocked(location, name) {
  const folders = location.split('/node_modules/');
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const prefix = depth === 0 ? '' : `${folders.slice(0, depth).join('/node_modules/')}/`;
    if (lock.packages[`${prefix}node_modules/${name}`]) return true;
  }
  return false;
}

/** The platform a package is for, read from its name; one that names no platform is kept off the usual ones. */
function platformOf(name) {
  const os = SYSTEMS.filter((system) => name.includes(system));
  const cpu = PROCESSORS.find((processor) => name.includes(processor));
  return { os: os.length > 0 ? os : ['!linux', '!darwin', '!win32'], ...(cpu && { cpu: [cpu] }) };
}

const missing = Object.entries(lock.packages).flatMap(([location, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(location, name))
    .map(([name, range]) => ({ name, version: range.replace(/^[^\d]*/, ''), dev: entry.dev })),
);
for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = { version, optional: true, ...(dev && { dev }), ...platformOf(name) };
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${file}: ${missing.length} platform packages added`);
