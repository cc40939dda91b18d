import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where fetched weights are kept: MEDZOO_CACHE_DIR, else `medzoo` in the platform's own cache folder (XDG Base
 * Directory Specification, where a relative XDG_CACHE_HOME counts as unset; ~/Library/Caches; %LOCALAPPDATA%). A user
 * without a home, as in some containers, has a folder of temporary files.
 */
export function findCacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string | undefined = findHome(),
): string {
  const { MEDZOO_CACHE_DIR: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own) return own;
  if (platform === 'win32' && local) return join(local, 'medzoo', 'Cache');
  if (platform !== 'win32' && platform !== 'darwin' && xdg && isAbsolute(xdg)) return join(xdg, 'medzoo');
  if (!home) return join(tmpdir(), `medzoo-${userName()}`);
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'medzoo', 'Cache');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'medzoo') : join(home, '.cache', 'medzoo');
}

/** A container's user may have no entry in /etc/passwd, or `/` for a home, which is not theirs. */
function findHome(): string | undefined {
  try {
    const home = homedir();
    return home === '/' && process.getuid?.() !== 0 ? undefined : home;
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}
