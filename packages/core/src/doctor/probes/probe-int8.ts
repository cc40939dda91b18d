import type { Int8Facts } from '../facts.js';
import type { Machine } from '../machine.js';

/** What macOS calls the features of its processors, by the names that Linux has for them. */
const SYSCTL: readonly (readonly [name: string, flag: string])[] = [
  ['hw.optional.arm.FEAT_DotProd', 'asimddp'],
  ['hw.optional.arm.FEAT_I8MM', 'i8mm'],
  ['hw.optional.avx512vnni', 'avx512_vnni'],
  ['hw.optional.avx2_0', 'avx2'],
];

/** Which instructions the processor has for products of 8-bit numbers: Linux and macOS tell, other systems do not. */
export async function probeInt8(machine: Machine): Promise<Int8Facts> {
  const flags = await readFlags(machine);
  if (!flags) return { kernel: 'unknown' };
  const has = (...names: readonly string[]): boolean => names.some((name) => flags.has(name));
  if (machine.node.arch === 'arm64') return { kernel: has('asimddp', 'i8mm') ? 'dot-product' : 'none' };
  if (has('avx512_vnni', 'avx_vnni', 'amx_int8')) return { kernel: 'vnni' };
  return { kernel: has('avx2') ? 'avx2' : 'none' };
}

/** Undefined where the system does not tell. */
async function readFlags(machine: Machine): Promise<ReadonlySet<string> | undefined> {
  if (machine.node.platform === 'darwin') return askSysctl(machine);
  // `flags` on x64, `Features` on arm64; each processor has the line, and all of them the same.
  const [, list] = /^(?:flags|Features)\s*:(.*)$/m.exec(machine.read('/proc/cpuinfo') ?? '') ?? [];
  return list === undefined ? undefined : new Set(list.trim().split(/\s+/));
}

async function askSysctl(machine: Machine): Promise<ReadonlySet<string> | undefined> {
  const flags = new Set<string>();
  let isTold = false;
  for (const [name, flag] of SYSCTL) {
    const answer = await machine.run('sysctl', ['-n', name]);
    isTold ||= answer !== undefined;
    if (answer?.trim() === '1') flags.add(flag);
  }
  return isTold ? flags : undefined;
}
