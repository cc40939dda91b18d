import type { OutOfDomain, Zoo } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { findFault } from '../../analysis/check-request.js';
import { checkView } from '../../analysis/check-view.js';
import { findExportReason } from '../../analysis/find-export-reason.js';
import { seriesExportUrl } from '../../analysis/links.js';
import type { ImageStore } from '../../images/image-store.js';
import type { StoredImage } from '../../images/stored-image.js';
import { IMAGES, ZOO } from '../../injection.js';
import type { SeriesDescription } from '../../reading/reader-requests.js';
import { SeriesReadings } from '../../reading/series/series-readings.js';
import { SeriesStore } from '../../series/series-store.js';
import type { StoredSeries } from '../../series/stored-series.js';
import type { GatewayContext } from '../gateway-context.js';
import { IF_OUT_OF_DOMAIN, OUT_OF_DOMAIN } from '../types/answers/domain.type.js';
import { HeadRequestInput } from '../types/answers/head-answer.type.js';
import { FORMATS, ImageExportType } from '../types/image/image-export.type.js';
import { ImageType } from '../types/image/image.type.js';
import { NULL_ON_FAULT } from '../types/null-on-fault.js';
import { OF_A_WINDOW, viewOf, WindowInput } from '../types/image/window.type.js';
import { SeriesGeometryType, SeriesType } from '../types/series/series.type.js';

/** Stored series: which there are, whether they make volumes, and what files answers about them become. */
@injectable()
@Resolver(() => SeriesType)
export class SeriesResolver {
  constructor(
    @inject(SeriesStore) private readonly store: SeriesStore,
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(SeriesReadings) private readonly readings: SeriesReadings,
    @inject(ZOO) private readonly zoo: Zoo,
  ) {}

  @Query(() => SeriesType, {
    nullable: true,
    description: 'By the id that POST /images answered for a ZIP, or of a file of several frames; null if it is gone.',
  })
  async series(
    @Arg('id', () => ID, { description: 'Of a series, or of a file of several frames.' }) id: string,
  ): Promise<SeriesType | null> {
    const series = await this.store.find(id);
    return series ? toSeriesType(series) : null;
  }

  @Mutation(() => SeriesType, {
    nullable: true,
    description:
      'Makes a series of images that were uploaded one by one, each of one picture. They are put into the order in ' +
      `which they lie in the patient, as far as their files say it. ${NULL_ON_FAULT}`,
  })
  async createSeries(
    @Arg('images', () => [ID], { description: 'Ids of at least two images, each once, in any order.' })
    ids: readonly string[],
    @Ctx() context: GatewayContext,
  ): Promise<SeriesType> {
    const given = this.store.draft(ids.map((id) => this.images.get(id)));
    const { stacks } = await this.#describe(given, context);
    const sorted = stacks[0]!.order.order.map((index) => given.frames[index]!.image);
    return toSeriesType(await this.store.add(this.store.draft(sorted)));
  }

  @FieldResolver(() => SeriesGeometryType, {
    nullable: true,
    description: `Whether its pictures make a volume; all of its files are read for it. ${NULL_ON_FAULT}`,
  })
  async geometry(@Root() { stored }: SeriesType, @Ctx() context: GatewayContext): Promise<SeriesGeometryType> {
    const { stacks } = await this.#describe(stored, context);
    const bad = stacks.map(({ order }) => order).find(({ ok }) => !ok);
    const [first] = stacks;
    const spacing = !bad && first?.order.ok ? first.order.volume.spacing : null;
    return { isVolume: bad === undefined, reason: bad && !bad.ok ? bad.reason : null, spacing };
  }

  @FieldResolver(() => [ImageExportType], {
    nullable: true,
    description:
      "A head's answers about all frames as one file. Nothing is run before a link is asked for; the link then waits " +
      'until every frame is answered, which `analyzeSeries` does beforehand, with progress. ' +
      NULL_ON_FAULT,
  })
  async exports(
    @Root() { id, stored }: SeriesType,
    @Arg('head', () => HeadRequestInput, { description: 'Whose answer.' }) head: HeadRequestInput,
    @Arg('formats', () => [FORMATS], { description: 'Each is answered once.' }) formats: readonly ExportFormat[],
    @Arg('window', () => WindowInput, { nullable: true, description: OF_A_WINDOW })
    window: WindowInput | null | undefined,
    @Arg('outOfDomain', () => OUT_OF_DOMAIN, { defaultValue: 'refuse', description: IF_OUT_OF_DOMAIN })
    outOfDomain: OutOfDomain,
    @Ctx() context: GatewayContext,
  ): Promise<readonly ImageExportType[]> {
    this.store.check(stored);
    const { image } = stored.frames[0]!;
    const request = { id: head.id, params: head.params ?? {} };
    const fault = findFault(this.zoo.heads, request, image);
    if (fault) throw fault;
    const view = viewOf(null, window);
    checkView(image, view);
    const { impossible } = await this.#describe(stored, context);
    const described = this.zoo.heads.find(({ manifest }) => manifest.id === head.id)!;
    return [...new Set(formats)].map((format) => {
      const reason = findExportReason(described, request.params, format, impossible);
      const options = { view, outOfDomain };
      const url = reason === null ? seriesExportUrl(id, request.id, format, request.params, options) : null;
      return { format, url, reason };
    });
  }

  #describe(series: StoredSeries, { principal, signal, reads }: GatewayContext): Promise<SeriesDescription> {
    this.store.check(series);
    return reads.take(signal, () => this.readings.describe(series, { caller: principal.id, signal }));
  }
}

/** The series that an image is by itself. */
@injectable()
@Resolver(() => ImageType)
export class ImageSeriesResolver {
  constructor(@inject(SeriesStore) private readonly store: SeriesStore) {}

  @FieldResolver(() => SeriesType, {
    nullable: true,
    description: 'All frames of a DICOM file, or slices of a volume; null for a file of one picture or of pages.',
  })
  series(@Root() image: StoredImage): SeriesType | null {
    const series = this.store.ofImage(image);
    return series ? toSeriesType(series) : null;
  }
}

export function toSeriesType(stored: StoredSeries): SeriesType {
  const { id, frameCount, imageIds } = stored;
  return { id, frameCount, imageIds, stored };
}
