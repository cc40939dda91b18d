export { CommandError } from './command-error.js';
export { addConfigOption, readConfig } from './read-config.js';
export { predict } from './evaluation/predict.js';
export type { Predicted } from './evaluation/predict.js';
export { runCommand } from './run-command.js';
export { compareMasks } from './statistics/overlap.js';
export type { Overlap } from './statistics/overlap.js';
export { formatTable } from './terminal/format-table.js';
