import express, { type RequestHandler } from 'express';
import type { GatewaySettings } from '../../settings.js';
import { checkJsonBody } from './check-json.js';
import { receiveBody } from './receive-body.js';

/** Takes a GraphQL request as JSON, at the speed of uploads at least: what has come of it waits in memory. */
export function receiveJson(settings: GatewaySettings): RequestHandler {
  const parse = express.json({ limit: settings.maxQueryBytes, verify: checkJsonBody });
  return async (request, response, next) => {
    await receiveBody(request, response, settings, () => {
      return new Promise<void>((resolve, reject) => {
        parse(request, response, (error?: Error | string) => {
          if (error === undefined) resolve();
          else reject(error instanceof Error ? error : new Error(error));
        });
      });
    });
    next();
  };
}
