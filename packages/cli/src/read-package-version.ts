import { readFileSync } from 'node:fs';

/** The version of medzoo that answered. */
export function readPackageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
