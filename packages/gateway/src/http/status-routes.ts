import { Router } from 'express';
import type { Metrics } from '../observability/metrics.js';
import type { Readiness } from './readiness.js';

/** What an orchestrator asks: whether to restart (`/health`), whether to send requests (`/ready`), and how it goes (`/metrics`). */
export function statusRoutes(readiness: Readiness, metrics: Metrics): Router {
  return Router()
    .get('/health', (_request, response) => void response.json({ status: 'live' }))
    .get('/ready', (_request, response) => {
      const report = readiness.describe();
      response.status(report.status === 'ready' ? 200 : 503).json(report);
    })
    .get('/metrics', async (_request, response) => {
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
}
