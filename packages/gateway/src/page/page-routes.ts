import { fileURLToPath } from 'node:url';
import type { Zoo } from '@medzoo/core';
import express, { Router } from 'express';
import type { GatewaySettings } from '../settings.js';
import { explorerRoutes } from './explorer-routes.js';
import { LANDING_PAGE_POLICY, renderLandingPage, SCRIPT_PATH } from './render-landing-page.js';

/** Compiled, whether this file is (dist/page) or not (src/page, in tests): a browser reads no TypeScript. */
const SCRIPT_FOLDER = fileURLToPath(new URL('../../dist/page/script/', import.meta.url));

/** Without one a browser asks for /favicon.ico and reports that it is not there. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0b62a8"/>' +
  '<path d="M8 3v10M3 8h10" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>';

/** The pages for people. */
export function pageRoutes(zoo: Zoo, settings: GatewaySettings): Router {
  return Router()
    .get('/', (request, response) => {
      response.setHeader('content-security-policy', LANDING_PAGE_POLICY);
      revalidate(response);
      response.type('html').send(renderLandingPage(zoo.heads, `${request.protocol}://${request.host}`, settings));
    })
    .get(`${SCRIPT_PATH}icon.svg`, (_request, response) => void response.type('svg').send(ICON))
    .use(SCRIPT_PATH, express.static(SCRIPT_FOLDER, { index: false, cacheControl: false, setHeaders: revalidate }))
    .use(explorerRoutes(zoo.heads));
}

/**
 * A page and its script belong together: after an update no browser may go on with the old one. It may go back to the
 * page as it was left, which a page that is not to be stored would not let it.
 */
function revalidate(response: express.Response): void {
  response.setHeader('cache-control', 'no-cache');
}
