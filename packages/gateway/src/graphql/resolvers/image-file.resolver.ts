import type { OutOfDomain, PixelSpacing, Zoo } from '@medzoo/core';
import { findLabelsWithoutConcept, type ExportFormat } from '@medzoo/export';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { findFault } from '../../analysis/check-request.js';
import { exportUrl, previewUrl } from '../../analysis/links.js';
import type { StoredImage } from '../../images/stored-image.js';
import { ZOO } from '../../injection.js';
import type { ReadDescription } from '../../reading/reader-requests.js';
import { StoredReadings } from '../../reading/stored-readings.js';
import type { GatewayContext } from '../gateway-context.js';
import { OUT_OF_DOMAIN } from '../types/domain.type.js';
import { DisplayWindowType, FileFlagsType } from '../types/file-facts.type.js';
import { HeadRequestInput } from '../types/head-answer.type.js';
import { FORMATS, ImageExportType } from '../types/image-export.type.js';
import { ImageType } from '../types/image.type.js';
import { PixelSpacingType } from '../types/spacing.type.js';
import { viewOf, WindowInput } from '../types/window.type.js';

const OF_A_FRAME = 'From 0; the `frame` of the image if left out.';
type Frame = number | null | undefined;

/** What a stored file says of itself, how it looks, and what can be made of answers about it. */
@injectable()
@Resolver(() => ImageType)
export class ImageFileResolver {
  constructor(
    @inject(StoredReadings) private readonly readings: StoredReadings,
    @inject(ZOO) private readonly zoo: Zoo,
  ) {}

  @FieldResolver(() => String, {
    nullable: true,
    description: "DICOM's code, such as CT; null where the file does not say.",
  })
  async modality(@Root() image: StoredImage, @Ctx() context: GatewayContext): Promise<string | null> {
    return (await this.#describe(image, null, context)).facts.modality;
  }

  @FieldResolver(() => PixelSpacingType, {
    nullable: true,
    description: 'Null where the file does not say how large a pixel is.',
  })
  async spacing(
    @Root() image: StoredImage,
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Ctx() context: GatewayContext,
  ): Promise<PixelSpacing | null> {
    return (await this.#describe(image, frame, context)).facts.spacing;
  }

  @FieldResolver(() => [DisplayWindowType], { description: "The file's own; the first is the usual one." })
  async windows(
    @Root() image: StoredImage,
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Ctx() context: GatewayContext,
  ): Promise<readonly DisplayWindowType[]> {
    return (await this.#describe(image, frame, context)).facts.windows.slice(0, MOST_WINDOWS);
  }

  @FieldResolver(() => FileFlagsType)
  async flags(@Root() image: StoredImage, @Ctx() context: GatewayContext): Promise<FileFlagsType> {
    return (await this.#describe(image, null, context)).facts.flags;
  }

  @FieldResolver(() => String, { description: 'A PNG of a frame as a person sees it, made when it is asked for.' })
  previewUrl(
    @Root() image: StoredImage,
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Arg('window', () => WindowInput, { nullable: true }) window: WindowInput | null | undefined,
  ): string {
    return previewUrl(image.id, viewOf(frame, window));
  }

  @FieldResolver(() => [ImageExportType], {
    description: "A head's answer about a frame as files. Nothing is run or made before a link is asked for.",
  })
  async exports(
    @Root() image: StoredImage,
    @Arg('head', () => HeadRequestInput) head: HeadRequestInput,
    @Arg('formats', () => [FORMATS]) formats: readonly ExportFormat[],
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Arg('window', () => WindowInput, { nullable: true }) window: WindowInput | null | undefined,
    @Arg('outOfDomain', () => OUT_OF_DOMAIN, { defaultValue: 'refuse' }) outOfDomain: OutOfDomain,
    @Ctx() context: GatewayContext,
  ): Promise<readonly ImageExportType[]> {
    const request = { id: head.id, params: head.params ?? {} };
    const fault = findFault(this.zoo.heads, request, image);
    if (fault) throw fault;
    const described = await this.#describe(image, frame, context);
    const options = { view: viewOf(frame, window), outOfDomain };
    return [...new Set(formats)].map((format) => {
      const reason = this.#findReason(request.id, format, described);
      const url = reason === null ? exportUrl(image.id, request.id, format, request.params, options) : null;
      return { format, url, reason };
    });
  }

  #describe(image: StoredImage, frame: Frame, { principal, signal }: GatewayContext): Promise<ReadDescription> {
    return this.readings.describe(image, frame ?? image.frame, { caller: principal.id, signal });
  }

  /** Null if the format is possible, as far as is known before anything is run. */
  #findReason(headId: string, format: ExportFormat, { exports, impossible }: ReadDescription): string | null {
    const { manifest, trained } = this.zoo.heads.find((head) => head.manifest.id === headId)!;
    const isOfMasks = !OF_ANY_ANSWER.includes(format);
    if (isOfMasks && manifest.task !== 'segmentation') return `The head "${headId}" makes no masks.`;
    if (!exports.includes(format))
      return `${impossible ?? 'The image cannot become it.'} Possible: ${exports.join(', ')}.`;
    const needsCodes = format === 'seg' || (format === 'sr' && manifest.task === 'classification');
    if (!needsCodes) return null;
    const bare = findLabelsWithoutConcept(trained.labels, trained.concepts);
    return bare.length === 0
      ? null
      : `These labels of the head have no code that DICOM could name them by: ${bare.join(', ')}.`;
  }
}

const OF_ANY_ANSWER: readonly ExportFormat[] = ['sr', 'sc', 'csv'];
const MOST_WINDOWS = 16;
