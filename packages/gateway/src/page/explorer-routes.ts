import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadDescription } from '@medzoo/core';
import {
  getDistDirectory,
  isSandboxFrame,
  renderAltair,
  renderInitSnippet,
  type RenderOptions,
  SANDBOX_FRAME_CSP,
} from 'altair-static';
import express, { type Request, type Response, Router } from 'express';
import { exampleQueries } from './example-queries.js';

const ALTAIR = '/altair/';

/** Everything comes from this gateway: the page works without internet, and no query leaves for a third party. */
const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ');

/** Altair's banners advertise plug-ins that are on the internet, where the policy above does not let it go. */
const NO_BANNERS = '<style>app-banner-container { display: none }</style></head>';

/** Where Altair's English words are, and those that greet before anything was asked: no option changes them. */
const WORDS = 'assets/i18n/en-US.json';
const GREETING = { QUERY_RESULT_NO_RESULT_TEXT: 'Press "Send Request": the answer will be here.' };

/**
 * A GraphQL editor for people: Altair, out of its npm package. A browser that opens /graphql gets it; programs get
 * GraphQL.
 */
export function explorerRoutes(heads: readonly HeadDescription[]): Router {
  const optionsFor = ({ protocol, host }: Request): RenderOptions => ({
    baseURL: ALTAIR,
    endpointURL: '/graphql',
    initialWindows: exampleQueries(heads, `${protocol}://${host}`).map(({ name, query, variables }) => ({
      initialName: name,
      initialQuery: query,
      initialVariables: variables,
    })),
    initialSettings: { 'schema.reloadOnStart': true },
    disableAccount: true,
    serveInitialOptionsInSeperateRequest: true,
  });

  const given = JSON.parse(readFileSync(join(getDistDirectory(), WORDS), 'utf8')) as Readonly<Record<string, string>>;
  const words = { ...given, ...GREETING };

  return Router()
    .get('/graphql', (request, response, next) => {
      if (request.accepts(['json', 'html']) !== 'html') {
        next();
        return;
      }
      response.setHeader('content-security-policy', POLICY);
      response.type('html').send(renderAltair(optionsFor(request)).replace('</head>', NO_BANNERS));
    })
    .get(`${ALTAIR}initial_options.js`, (request, response) => {
      response.type('js').send(renderInitSnippet(optionsFor(request)));
    })
    .get(`${ALTAIR}${WORDS}`, (_request, response) => void response.json(words))
    .use(ALTAIR, express.static(getDistDirectory(), { index: false, setHeaders: setAssetHeaders }));
}

function setAssetHeaders(response: Response, path: string): void {
  response.setHeader('cache-control', 'public, max-age=3600');
  response.setHeader('content-security-policy', isSandboxFrame(path) ? SANDBOX_FRAME_CSP : POLICY);
  response.setHeader('cross-origin-resource-policy', 'cross-origin'); // the sandbox is a page without an origin
}
