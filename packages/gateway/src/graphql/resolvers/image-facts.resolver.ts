import type { OutOfDomain, PixelSpacing, Zoo } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { findFault, sizeOfFrame } from '../../analysis/check-request.js';
import { checkView } from '../../analysis/check-view.js';
import { findExportReason } from '../../analysis/find-export-reason.js';
import { exportUrl, previewUrl } from '../../analysis/links.js';
import type { StoredImage } from '../../images/stored-image.js';
import { ZOO } from '../../injection.js';
import type { ReadDescription } from '../../reading/reader-requests.js';
import { StoredReadings } from '../../reading/stored-readings.js';
import type { GatewayContext } from '../gateway-context.js';
import { IF_OUT_OF_DOMAIN, OUT_OF_DOMAIN } from '../types/answers/domain.type.js';
import { DisplayWindowType, FileFlagsType } from '../types/image/image-facts.type.js';
import { HeadRequestInput } from '../types/answers/head-answer.type.js';
import { FORMATS, ImageExportType } from '../types/image/image-export.type.js';
import { ImageType } from '../types/image/image.type.js';
import { PixelSpacingType } from '../types/image/spacing.type.js';
import { NULL_ON_FAULT } from '../types/null-on-fault.js';
import { OF_A_WINDOW, viewOf, WindowInput } from '../types/image/window.type.js';

const OF_A_FRAME = 'Counted from 0. Default: the `frame` of the image.';
type Frame = number | null | undefined;

/** What a stored file says of itself, how it looks, and what can be made of answers about it. */
@injectable()
@Resolver(() => ImageType)
export class ImageFactsResolver {
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

  @FieldResolver(() => [DisplayWindowType], {
    nullable: true,
    description: `The file's own, at most 16; the first is the usual one. ${NULL_ON_FAULT}`,
  })
  async windows(
    @Root() image: StoredImage,
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Ctx() context: GatewayContext,
  ): Promise<readonly DisplayWindowType[]> {
    return (await this.#describe(image, frame, context)).facts.windows.slice(0, MOST_WINDOWS);
  }

  @FieldResolver(() => FileFlagsType, {
    nullable: true,
    description: `What a reader should know of the pixels. ${NULL_ON_FAULT}`,
  })
  async flags(@Root() image: StoredImage, @Ctx() context: GatewayContext): Promise<FileFlagsType> {
    return (await this.#describe(image, null, context)).facts.flags;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `Link to a PNG of a frame as a person sees it, made when it is asked for. ${NULL_ON_FAULT}`,
  })
  previewUrl(
    @Root() image: StoredImage,
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Arg('window', () => WindowInput, { nullable: true, description: OF_A_WINDOW })
    window: WindowInput | null | undefined,
  ): string {
    const view = viewOf(frame, window);
    checkView(image, view);
    return previewUrl(image.id, view);
  }

  @FieldResolver(() => [ImageExportType], {
    nullable: true,
    description: `A head's answer about a frame as files. Nothing is run before a link is asked for. ${NULL_ON_FAULT}`,
  })
  async exports(
    @Root() image: StoredImage,
    @Arg('head', () => HeadRequestInput, { description: 'Whose answer.' }) head: HeadRequestInput,
    @Arg('formats', () => [FORMATS], { description: 'Each is answered once.' }) formats: readonly ExportFormat[],
    @Arg('frame', () => Int, { nullable: true, description: OF_A_FRAME }) frame: Frame,
    @Arg('window', () => WindowInput, { nullable: true, description: OF_A_WINDOW })
    window: WindowInput | null | undefined,
    @Arg('outOfDomain', () => OUT_OF_DOMAIN, { defaultValue: 'refuse', description: IF_OUT_OF_DOMAIN })
    outOfDomain: OutOfDomain,
    @Ctx() context: GatewayContext,
  ): Promise<readonly ImageExportType[]> {
    const request = { id: head.id, params: head.params ?? {} };
    const view = viewOf(frame, window);
    const fault = findFault(this.zoo.heads, request, sizeOfFrame(image, view));
    if (fault) throw fault;
    checkView(image, view);
    const { impossible } = await this.#describe(image, frame, context);
    const described = this.zoo.heads.find(({ manifest }) => manifest.id === head.id)!;
    const options = { view, outOfDomain };
    return [...new Set(formats)].map((format) => {
      const reason = findExportReason(described, request.params, format, impossible);
      const url = reason === null ? exportUrl(image.id, request.id, format, request.params, options) : null;
      return { format, url, reason };
    });
  }

  #describe(image: StoredImage, frame: Frame, { principal, signal, reads }: GatewayContext): Promise<ReadDescription> {
    return reads.take(signal, () => {
      return this.readings.describe(image, frame ?? image.frame, { caller: principal.id, signal });
    });
  }
}

const MOST_WINDOWS = 16;
