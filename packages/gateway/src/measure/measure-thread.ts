import { parentPort } from 'node:worker_threads';
import { type MeasureRequest, measureParts } from './measure-parts.js';

parentPort?.on('message', (request: MeasureRequest) => parentPort?.postMessage(measureParts(request)));
