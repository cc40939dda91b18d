/** What npm commands may refer to here. */
export interface Workspace {
  readonly packages: readonly string[];
  readonly scripts: readonly string[];
}

/**
 * Whether a line of a shell script is an npm command, perhaps after variables, which is checked and not run: `npm
 * install` must name packages of this workspace (or none), `npm run` and `npm test` a script. Throws for a name that
 * does not exist.
 */
export function checkNpmLine(line: string, { packages, scripts }: Workspace): boolean {
  const [npm, command = '', ...rest] = line
    .trim()
    .replace(/^([A-Z_]+=\S* +)+/, '')
    .split(/\s+/);
  if (npm !== 'npm') return false;
  const names = rest.filter((word) => !word.startsWith('-'));
  if (command === 'run' || command === 'test') {
    const script = command === 'run' ? names[0] : command;
    if (script === undefined || !scripts.includes(script)) throw new Error(`There is no script for "${line}".`);
  } else if (command === 'install' || command === 'i') {
    const unknown = names.find((name) => name.startsWith('@medzoo/') && !packages.includes(name));
    if (unknown !== undefined) throw new Error(`There is no package ${unknown}.`);
  } else if (command !== 'ci') {
    throw new Error(`"${line}" is neither checked nor run: write it in another way.`);
  }
  return true;
}
