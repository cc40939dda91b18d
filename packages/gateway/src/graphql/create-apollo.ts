import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { GatewaySettings } from '../settings.js';
import { createDocumentStore } from './document-store.js';
import type { GatewayContext } from './gateway-context.js';
import { formatError, tellFaults } from './tell-faults.js';

export interface ApolloParts {
  readonly schema: GraphQLSchema;
  /** Drained when the Apollo server stops. */
  readonly httpServer: Server;
  readonly logger: Logger;
  readonly settings: GatewaySettings;
}

/** Errors in one query that are told: each takes time to find words for. */
const MOST_ERRORS = 5;

/**
 * Apollo, bounded. That the schema has no cycles bounds the depth of a query but not its answer: aliases multiply from
 * level to level, and introspection has cycles of its own. So `admitQueries`, which stands before Apollo, computes what
 * a query would answer; tokens bound its length, `HeadRunBudget` the runs of heads and `AnswerBudget` the bytes that
 * come out. Nothing is reported to anybody, whatever APOLLO_ variables are set: queries may name patients' images.
 */
export function createApollo({ schema, httpServer, logger, settings }: ApolloParts): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    schema,
    logger,
    introspection: settings.explore,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxLexicalTokens: settings.maxQueryTokens },
    validationOptions: { maxErrors: MOST_ERRORS },
    persistedQueries: false,
    documentStore: createDocumentStore(),
    stopOnTerminationSignals: false,
    formatError,
    plugins: [
      tellFaults(logger),
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: settings.graceMs }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(), // looks at each field of each answer; nothing here has a hint for it
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
