import 'reflect-metadata';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { buildSchema } from 'type-graphql';
import { guardFields } from './guard-fields.js';
import { CatalogueResolver } from './resolvers/catalogue.resolver.js';
import { ImageFactsResolver } from './resolvers/image-facts.resolver.js';
import { ImageResolver } from './resolvers/image.resolver.js';
import { MaskResolver } from './resolvers/mask.resolver.js';
import { SeriesAnalysisResolver } from './resolvers/series-analysis.resolver.js';
import { ImageSeriesResolver, SeriesResolver } from './resolvers/series.resolver.js';

/**
 * The schema, with resolvers out of `container`. It is the same for every set of heads: tasks are a closed set and
 * params are data. The zoo checks params, so type-graphql's own validation is off. Every field counts what it answers.
 */
export async function buildGatewaySchema(container: Pick<DependencyContainer, 'resolve'>): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      ...([CatalogueResolver, ImageResolver, ImageFactsResolver, MaskResolver] as const),
      ...([SeriesResolver, ImageSeriesResolver, SeriesAnalysisResolver] as const),
    ],
    container: { get: (resolver: InjectionToken<object>) => container.resolve(resolver) },
    validate: false,
  });
  return guardFields(schema);
}

/** The schema as text, in an order that does not follow the code's. */
export async function describeSchema(): Promise<string> {
  const schema = await buildGatewaySchema({
    resolve: () => {
      throw new Error('Nothing is resolved while a schema is built.');
    },
  });
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
