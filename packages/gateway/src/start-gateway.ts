import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Zoo } from '@medzoo/core';
import express from 'express';
import type { Logger } from 'pino';
import { container as root, type DependencyContainer, Lifecycle } from 'tsyringe';
import { AnalysisPlaces } from './analysis/analysis-places.js';
import { ImageAnalysis } from './analysis/image-analysis.js';
import { MaskPictures } from './analysis/mask-pictures.js';
import { checkOptions, checkZoo, completeSettings, type GatewayOptions } from './gateway-options.js';
import { buildGatewaySchema } from './graphql/build-gateway-schema.js';
import { createApollo } from './graphql/create-apollo.js';
import { CatalogueResolver } from './graphql/resolvers/catalogue.resolver.js';
import { ImageResolver } from './graphql/resolvers/image.resolver.js';
import { ImageFactsResolver } from './graphql/resolvers/image-facts.resolver.js';
import { MaskResolver } from './graphql/resolvers/mask.resolver.js';
import { SeriesAnalysisResolver } from './graphql/resolvers/series-analysis.resolver.js';
import { ImageSeriesResolver, SeriesResolver } from './graphql/resolvers/series.resolver.js';
import { limitConnections } from './http/admission/limit-connections.js';
import { useRoutes } from './http/use-routes.js';
import { Readiness } from './http/readiness.js';
import { FolderImageStore } from './images/folder-image-store.js';
import type { ImageStore } from './images/image-store.js';
import { ImageUploads } from './images/image-uploads.js';
import { MedicalFiles } from './images/medical-files.js';
import { UploadPlaces } from './images/upload-places.js';
import { ZippedImages } from './images/zipped-images.js';
import { ImageReader } from './reading/image-reader.js';
import { SeriesReader, SeriesReadings } from './reading/series/series-readings.js';
import { StoredReadings } from './reading/stored-readings.js';
import { IMAGES, LOGGER, MONITOR, SETTINGS, ZOO } from './injection.js';
import { MeasureMasks } from './measure/measure-masks.js';
import { createLogger } from './observability/create-logger.js';
import { Metrics } from './observability/metrics.js';
import { ZooSpans } from './observability/zoo-spans.js';
import { SeriesAnalyses } from './series/series-analyses.js';
import { SeriesStore } from './series/series-store.js';
import { checkSettings, type GatewaySettings } from './settings.js';
import { ZooMonitor } from './zoo-monitor.js';

export interface RunningGateway {
  readonly url: string;
  /**
   * Takes no new requests, lets running ones finish for `graceMs`, then aborts them. The zoo stays open: it is the
   * caller's. To close twice is to wait for the same end.
   */
  close(): Promise<void>;
}

/** What the parts are made from, beside the zoo and its images. */
interface GivenParts {
  readonly settings: GatewaySettings;
  readonly logger: Logger;
  readonly monitor: ZooMonitor;
}

/**
 * Serves a zoo over HTTP. Any number of gateways may run in one program: nothing is shared but code. Of a zoo that is
 * still being opened (a promise of one), the gateway makes ready meanwhile, and rejects as the promise does.
 */
export async function startGateway(zoo: Zoo | Promise<Zoo>, options: GatewayOptions = {}): Promise<RunningGateway> {
  const opening = Promise.resolve(zoo);
  opening.catch(() => undefined); // told where it is awaited, unless something else is wrong before
  checkOptions(options);
  const { port = 4000, host = '127.0.0.1', logger = createLogger(), monitor = new ZooMonitor() } = options;
  const settings = completeSettings(options.settings);
  checkSettings(settings);
  const container = compose({ settings, logger, monitor });

  const app = express();
  // A proxy must be the one to close an idle connection: a request that it sends at that moment would get no answer.
  const httpServer = createServer({ keepAliveTimeout: settings.keepAliveMs }, limitConnections(app));
  const schema = await buildGatewaySchema(container); // reads nothing of the zoo
  const opened = await opening;
  checkZoo(opened);
  container.registerInstance(ZOO, opened);
  const images = await FolderImageStore.open(settings);
  container.registerInstance<ImageStore>(IMAGES, images);
  const apollo = createApollo({ schema, httpServer, logger, settings });
  await apollo.start();
  useRoutes(app, { schema, apollo }, container);
  const end = async (): Promise<void> => {
    container.resolve(Readiness).drain();
    await apollo.stop();
    await container.resolve(MeasureMasks).close();
    container.resolve(SeriesAnalyses).close();
    container.resolve(ImageReader).close();
    container.resolve(SeriesReader).close();
    await images.close();
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());

  try {
    httpServer.listen(port, host);
    await once(httpServer, 'listening');
  } catch (error) {
    await images.close();
    throw error;
  }
  return { url: urlOf(httpServer), close };
}

/**
 * The one place that knows how the parts fit: a container of this gateway's own, in which each class has one instance.
 * It lacks the zoo and its images.
 */
function compose(given: GivenParts): DependencyContainer {
  const container = root.createChildContainer();
  container.registerInstance(SETTINGS, given.settings);
  container.registerInstance(LOGGER, given.logger);
  container.registerInstance(MONITOR, given.monitor);
  const parts = [
    Metrics,
    ZooSpans,
    Readiness,
    UploadPlaces,
    ImageReader,
    StoredReadings,
    MedicalFiles,
    SeriesStore,
    SeriesReader,
    SeriesReadings,
    SeriesAnalyses,
    ZippedImages,
    ImageUploads,
    AnalysisPlaces,
    ImageAnalysis,
    MaskPictures,
    MeasureMasks,
    CatalogueResolver,
    ImageResolver,
    MaskResolver,
    ImageFactsResolver,
    SeriesResolver,
    ImageSeriesResolver,
    SeriesAnalysisResolver,
  ];
  for (const part of parts) {
    container.register<unknown>(part, { useClass: part }, { lifecycle: Lifecycle.ContainerScoped });
  }
  return container;
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
}
