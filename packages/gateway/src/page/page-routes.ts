import type { Zoo } from '@medzoo/core';
import { Router } from 'express';
import { explorerRoutes } from './explorer-routes.js';
import { LANDING_PAGE_POLICY, renderLandingPage } from './render-landing-page.js';

/** The pages for people. */
export function pageRoutes(zoo: Zoo): Router {
  return Router()
    .get('/', (request, response) => {
      response.setHeader('content-security-policy', LANDING_PAGE_POLICY);
      response.type('html').send(renderLandingPage(zoo.heads, `${request.protocol}://${request.host}`));
    })
    .use(explorerRoutes(zoo.heads));
}
