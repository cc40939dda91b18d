import { monitorEventLoopDelay } from 'node:perf_hooks';

// Preloaded into the gateway (node --import): at SIGUSR2 it prints how long its event loop was held up since the last
// SIGUSR2. The zoo's process inherits the options of Node, has a channel, and is there to be held up.
const RESOLUTION_MS = 5;

if (process.send === undefined) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let asked = 0;
  process.on('SIGUSR2', () => {
    asked += 1;
    // What it samples is the time between two turns, of which the resolution is meant to be.
    const [p99, max] = [delays.percentile(99), delays.max].map((ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS));
    process.stderr.write(`loop-delay ${asked} ${p99!.toFixed(2)} ${max!.toFixed(2)}\n`);
    delays.reset();
  });
}
