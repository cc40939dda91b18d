import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import type { Express, RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { DependencyContainer } from 'tsyringe';
import { HeadRunBudget } from '../analysis/head-run-budget.js';
import { ImageAnalysis } from '../analysis/image-analysis.js';
import { MaskPictures } from '../analysis/mask-pictures.js';
import { admitQueries } from '../graphql/admission/admit-queries.js';
import { findAnswerSizes } from '../graphql/admission/answer-sizes.js';
import { AnswerBudget } from '../graphql/answer-budget.js';
import type { GatewayContext } from '../graphql/gateway-context.js';
import { ImageUploads } from '../images/image-uploads.js';
import { IMAGES, LOGGER, SETTINGS, ZOO } from '../injection.js';
import { Metrics } from '../observability/metrics.js';
import { pageRoutes } from '../page/page-routes.js';
import type { GatewaySettings } from '../settings.js';
import { RequestReads } from '../reading/request-reads.js';
import { SeriesReadings } from '../reading/series/series-readings.js';
import { StoredReadings } from '../reading/stored-readings.js';
import { SeriesAnalyses } from '../series/series-analyses.js';
import { SeriesStore } from '../series/series-store.js';
import { abortOnHangUp } from './abort-on-hang-up.js';
import { answerRoutes } from './answer-routes.js';
import { exportRoutes } from './export-routes.js';
import { imageRoutes } from './image-routes.js';
import { previewRoutes } from './preview-routes.js';
import { allowOwnQueries } from './admission/allow-own-queries.js';
import { checkGraphqlMethod } from './admission/check-graphql-method.js';
import { checkHeaders } from './admission/check-headers.js';
import { checkHost } from './admission/check-host.js';
import { endStalledAnswers } from './admission/end-stalled-answers.js';
import { limitWaitingAnswers } from './admission/limit-waiting-answers.js';
import { refuseCrossSite } from './admission/refuse-cross-site.js';
import { multipartQuery } from './bodies/multipart-query.js';
import { receiveJson } from './bodies/receive-json.js';
import { principalOf } from './principal-of.js';
import { logRequests } from './request-log.js';
import { sendFaults, sendNotFound } from './send-fault.js';
import { seriesRoutes } from './series-routes.js';
import { Readiness } from './readiness.js';
import { statusRoutes } from './status-routes.js';

export interface GraphQLParts {
  readonly schema: GraphQLSchema;
  /** Started. */
  readonly apollo: ApolloServer<GatewayContext>;
}

/** All of HTTP, in the order in which a request meets it. */
export function useRoutes(app: Express, { schema, apollo }: GraphQLParts, container: DependencyContainer): void {
  const settings = container.resolve(SETTINGS);
  const logger = container.resolve(LOGGER);
  const metrics = container.resolve(Metrics);
  const analysis = container.resolve(ImageAnalysis);
  const maskPictures = container.resolve(MaskPictures);
  const images = container.resolve(IMAGES);
  const uploads = container.resolve(ImageUploads);
  const readings = container.resolve(StoredReadings);
  const zoo = container.resolve(ZOO);

  app.disable('x-powered-by').disable('etag');
  app.set('trust proxy', settings.trustProxy); // for the links on the pages, and to tell callers apart
  app.use(endStalledAnswers(), limitWaitingAnswers(), logRequests(logger, metrics), securityHeaders);
  app.use(checkHost(settings), refuseCrossSite, checkHeaders);
  app.use(statusRoutes(container.resolve(Readiness), metrics));
  app.use(imageRoutes(uploads, images, settings));
  app.use(previewRoutes(images, readings));
  app.use(exportRoutes({ zoo, images, analysis, readings }));
  app.use(
    seriesRoutes({
      zoo,
      series: container.resolve(SeriesStore),
      analyses: container.resolve(SeriesAnalyses),
      readings: container.resolve(SeriesReadings),
    }),
  );
  app.use(answerRoutes({ zoo, images, analysis, maskPictures }));
  app.use('/graphql', checkGraphqlMethod);
  if (settings.explore) app.use(pageRoutes(zoo, settings));
  app.all(
    '/graphql',
    allowOwnQueries,
    multipartQuery(uploads, settings),
    receiveJson(settings),
    admitQueries(schema, findAnswerSizes(zoo.heads), settings),
    graphqlHandler(apollo, analysis, settings),
  );
  app.use((_request, response) => sendNotFound(response));
  app.use(sendFaults(logger));
}

function graphqlHandler(
  apollo: ApolloServer<GatewayContext>,
  analysis: ImageAnalysis,
  { maxHeadRuns, maxAnswerBytes }: GatewaySettings,
): RequestHandler {
  return expressMiddleware(apollo, {
    context: ({ req, res }) => {
      const signal = abortOnHangUp(res);
      return Promise.resolve({
        signal,
        principal: principalOf(req),
        budget: new HeadRunBudget(maxHeadRuns),
        answer: new AnswerBudget(maxAnswerBytes, signal),
        turns: analysis.newRequest(principalOf(req).id),
        reads: new RequestReads(),
      });
    },
  });
}

/**
 * Nothing here is meant to be guessed at, framed, or kept by a cache on the way: without a word of ours, one may keep
 * what a query by GET was answered. A page or a picture that needs more says so itself.
 */
const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  next();
};
