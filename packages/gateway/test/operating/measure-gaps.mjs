// Preloaded into a gateway by a test (node --import): at SIGUSR2 it prints the longest time between two turns of the
// event loop since the last SIGUSR2. As perf_hooks' monitorEventLoopDelay, but in time that the loop's thread itself
// ran, where Linux tells it: waiting for a processor, its own or that of the garbage collector's helpers, is the
// machine's doing, and a test machine is busy.
import { readFileSync } from 'node:fs';

/** Milliseconds that this thread has run, or that have passed. */
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
  setInterval(() => {
    const now = ranMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5).unref();
  process.on('SIGUSR2', () => {
    process.stderr.write(`longest gap: ${longest.toFixed(1)} ms\n`);
    longest = 0;
  });
}
