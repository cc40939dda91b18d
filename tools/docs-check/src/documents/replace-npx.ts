/** Commands of this workspace's packages: the file of each, by name. */
export type Bins = Readonly<Record<string, string>>;

/**
 * A line of a shell script with `npx NAME` replaced by this workspace's own command: where `npm ci` has not linked it,
 * npx would ask a registry for a package of that name. Throws for a name that no package here has.
 */
export function replaceNpx(line: string, bins: Bins): string {
  return line.replace(/\bnpx (\S+)/g, (_, name: string) => {
    const file = Object.hasOwn(bins, name) ? bins[name] : undefined;
    if (file === undefined) throw new Error(`There is no command ${name} in this workspace.`);
    return `node ${JSON.stringify(file)}`;
  });
}
