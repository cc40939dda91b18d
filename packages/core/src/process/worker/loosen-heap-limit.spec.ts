import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loosenHeapLimit } from './loosen-heap-limit.js';

function flagsFor(execArgv: readonly string[]): readonly string[] {
  const flags: string[] = [];
  loosenHeapLimit(execArgv, (flag) => flags.push(flag));
  return flags;
}

describe('loosenHeapLimit', () => {
  it('leaves a percentage alone that the process was started with, however it is spelt', () => {
    expect(flagsFor(['--heap-growing-percent=50'])).toEqual([]);
    expect(flagsFor(['--max-old-space-size=512', '--heap_growing_percent=50'])).toEqual([]);
    expect(flagsFor(['--max-old-space-size=512'])).toHaveLength(1);
  });

  it('sets a flag that this V8 has', () => {
    const [flag] = flagsFor([]);
    const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    expect(options).toContain(`${flag!.split('=')[0]!} (`);
  });
});
