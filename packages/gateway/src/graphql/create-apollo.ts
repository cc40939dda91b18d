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
import type { GatewayContext } from './gateway-context.js';
import { formatError, tellFaults } from './tell-faults.js';

export interface ApolloParts {
  readonly schema: GraphQLSchema;
  /** Drained when the Apollo server stops. */
  readonly httpServer: Server;
  readonly logger: Logger;
  readonly settings: GatewaySettings;
}

/**
 * Apollo, bounded. The schema has no cycles, so depth is bounded by itself; tokens bound aliases, and `HeadRunBudget` what a token may
 * cost. Nothing is reported to anybody, whatever APOLLO_ variables are set: queries may name patients' images.
 */
export function createApollo({ schema, httpServer, logger, settings }: ApolloParts): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    schema,
    logger,
    introspection: settings.explore,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxLexicalTokens: settings.maxQueryTokens },
    persistedQueries: false,
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
