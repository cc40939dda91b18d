import { type OutOfDomain, type Priority, type Zoo, ZooError } from '@medzoo/core';
import type { GraphQLResolveInfo } from 'graphql';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, Float, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ImageAnalysis } from '../../analysis/image-analysis.js';
import { imageUrl } from '../../analysis/links.js';
import type { ImageStore } from '../../images/image-store.js';
import { mediaTypeOf, type StoredImage } from '../../images/stored-image.js';
import { IMAGES, ZOO } from '../../injection.js';
import type { GatewayContext } from '../gateway-context.js';
import { isSelected } from '../is-selected.js';
import { toHeadAnswer } from '../to-head-answer.js';
import { IF_OUT_OF_DOMAIN, OUT_OF_DOMAIN } from '../types/answers/domain.type.js';
import { type HeadAnswer, HeadAnswerUnion, HeadRequestInput } from '../types/answers/head-answer.type.js';
import { ImageType } from '../types/image/image.type.js';
import { NULL_ON_FAULT } from '../types/null-on-fault.js';
import { PRIORITIES } from '../types/priority.type.js';
import { Upload } from '../types/image/upload.type.js';
import { viewOf, WindowInput } from '../types/image/window.type.js';

@injectable()
@Resolver(() => ImageType)
export class ImageResolver {
  constructor(
    @inject(IMAGES) private readonly images: ImageStore,
    @inject(ImageAnalysis) private readonly analysis: ImageAnalysis,
    @inject(ZOO) private readonly zoo: Zoo,
  ) {}

  @Query(() => ImageType, {
    nullable: true,
    description: 'An image that was uploaded before; null if it never was, or is not kept any more: upload it again.',
  })
  image(@Arg('id', () => ID, { description: 'As the upload answered it.' }) id: string): StoredImage | null {
    return this.images.find(id) ?? null;
  }

  @Mutation(() => ImageType, {
    description:
      'Stores an image that comes with the request, as POST /images does, so that it can be asked about at once.',
  })
  uploadImage(
    @Arg('file', () => Upload, { description: 'One image; a ZIP of several is sent to POST /images.' })
    file: StoredImage,
  ): StoredImage {
    return file;
  }

  @FieldResolver(() => String)
  mediaType(@Root() image: StoredImage): string {
    return mediaTypeOf(image);
  }

  @FieldResolver(() => String)
  url(@Root() image: StoredImage): string {
    return imageUrl(image.id);
  }

  @FieldResolver(() => [HeadAnswerUnion], {
    nullable: true,
    description: `Runs heads on one embedding of the image; answers in the order of the request. ${NULL_ON_FAULT}`,
  })
  async analyze(
    @Root() image: StoredImage,
    @Arg('heads', () => [HeadRequestInput], {
      description: 'At least one; a head may be asked more than once, with other params.',
    })
    heads: readonly HeadRequestInput[],
    @Arg('polygonTolerance', () => Float, {
      defaultValue: 0,
      description: "How many pixels polygons may lie off a mask's outline, for fewer points; 0: exact.",
    })
    polygonTolerance: number,
    @Arg('priority', () => PRIORITIES, { defaultValue: 'interactive', description: 'BATCH for what nobody waits for.' })
    priority: Priority,
    @Arg('frame', () => Int, {
      nullable: true,
      description:
        "Which page of a TIFF, frame of a DICOM file or slice of a volume, from 0; the image's own `frame` if " +
        'left out.',
    })
    frame: number | null | undefined,
    @Arg('window', () => WindowInput, {
      nullable: true,
      description:
        'Which values become 0 to 255. Default: the window that each head was trained on, else that of the file.',
    })
    window: WindowInput | null | undefined,
    @Arg('outOfDomain', () => OUT_OF_DOMAIN, { defaultValue: 'refuse', description: IF_OUT_OF_DOMAIN })
    outOfDomain: OutOfDomain,
    @Ctx() { budget, principal, signal, turns }: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly HeadAnswer[]> {
    if (heads.length === 0) throw nobodyAsked(this.zoo);
    budget.spend(heads.length);
    const requests = heads.map(({ id, params }) => ({ id, params: params ?? {} }));
    const encodings = isSelected(info, ['masks', 'polygons']) ? (['polygons'] as const) : [];
    const view = viewOf(frame, window);
    const options = {
      signal,
      encodings,
      polygonTolerance,
      priority,
      outOfDomain,
      caller: principal.id,
      turns,
      ...(view && { view }),
    };
    const outcomes = await this.analysis.analyze(image, requests, options);
    return outcomes.map((outcome, index) => toHeadAnswer(image.id, requests[index]!, outcome, { view, outOfDomain }));
  }
}

/** As the zoo itself refuses it, which is not asked: an empty list makes no call. */
function nobodyAsked({ heads }: Zoo): ZooError {
  const known = heads.map(({ manifest }) => manifest.id);
  return new ZooError('UNKNOWN_HEAD', `No head was asked for. There are ${known.join(', ')}.`, { details: { known } });
}
