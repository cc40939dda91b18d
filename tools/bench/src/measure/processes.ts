import { readdirSync, readFileSync } from 'node:fs';

/** A line of /proc/PID/stat: what stands behind the program's name, which may hold anything. */
function readParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // has ended
  }
}

/** The processes that this one started and that run now. */
export function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((other) => readParent(other) === pid);
}

/** Memory of a process alone, in bytes: of pages that it shares, its part (PSS). Undefined where there is no /proc. */
export function ownBytes(pid: number): number | undefined {
  try {
    const sums = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+) kB/m.exec(sums)?.[1] ?? 0) * 1024;
  } catch {
    return undefined;
  }
}

/** The same of a process and of all that it started: pages that several of them share count once. */
export function residentBytes(pid: number): number | undefined {
  const own = ownBytes(pid);
  if (own === undefined) return undefined;
  return childrenOf(pid).reduce((sum, child) => sum + (residentBytes(child) ?? 0), own);
}
