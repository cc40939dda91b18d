import { execFileSync } from 'node:child_process';

/** Processes that this one has started and that have not ended, by the words of their command. */
export function findChildren(parent: number, words: string): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, ppid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent && args.includes(words) ? [Number(pid)] : [];
  });
}
