import { Router } from 'express';
import type { Metrics } from '../observability/metrics.js';
import type { Readiness } from './readiness.js';

/**
 * What an orchestrator asks: whether to restart (`/health`), whether to send requests (`/ready`), and how it goes
 * (`/metrics`).
 */
export function statusRoutes(readiness: Readiness, metrics: Metrics): Router {
  return Router()
    .get('/health', (_request, response) => {
      const { status, reason } = readiness.describe();
      response.json({ status: 'live', zoo: { status, reason } }); // live all the same: a restart would help nobody
    })
    .get('/ready', async (_request, response) => {
      const { isReady, ...report } = await readiness.describeAll();
      response.status(isReady ? 200 : 503).json(report);
    })
    .get('/metrics', async (_request, response) => {
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
}
