// Preloaded into a gateway by a test (node --import): at SIGUSR2 it prints, as one line of JSON, the longest time
// between two turns of the event loop and the processor time of the process since the last SIGUSR2. The gap is counted
// in time that the loop's thread itself ran, where Linux tells it: waiting for a processor is the machine's doing, and
// a test machine is busy.
import { readFileSync } from 'node:fs';

function ranMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

// Not in the zoo's process, which inherits the options of Node and is there to be blocked.
if (process.send === undefined) {
  let last = ranMs();
  let longest = 0;
  let cpu = process.cpuUsage();
  setInterval(() => {
    const now = ranMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 2).unref();
  process.on('SIGUSR2', () => {
    const { user, system } = process.cpuUsage(cpu);
    process.stderr.write(`load: ${JSON.stringify({ gapMs: longest, cpuMs: (user + system) / 1000 })}\n`);
    longest = 0;
    cpu = process.cpuUsage();
  });
}
