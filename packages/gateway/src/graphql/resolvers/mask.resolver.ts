import { checkPixelSize, type PixelSize, ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { MeasureMasks } from '../../measure/measure-masks.js';
import type { GatewayContext } from '../gateway-context.js';
import { MeasurementsType, PixelSizeInput } from '../types/answers/measurements.type.js';
import { NULL_ON_FAULT } from '../types/null-on-fault.js';
import { MaskType } from '../types/answers/segmentation.type.js';

/** Mm per pixel: from below an electron microscope's to above a map's. Beyond it products overflow. */
const PIXEL_SIZES = { least: 1e-9, most: 1e6 };

@injectable()
@Resolver(() => MaskType)
export class MaskResolver {
  constructor(@inject(MeasureMasks) private readonly masks: MeasureMasks) {}

  @FieldResolver(() => MeasurementsType, {
    nullable: true,
    description:
      'Made only when asked for. In mm by `pixelSize`, else by what the file says of its pixels, else in ' +
      `pixels; another alias for each unit. ${NULL_ON_FAULT}`,
  })
  async measurements(
    @Root() mask: MaskType,
    @Arg('pixelSize', () => PixelSizeInput, {
      nullable: true,
      description: 'Default: what the file says, where it does; it cannot go with `inPixels`.',
    })
    pixelSize: PixelSizeInput | null | undefined,
    @Arg('largestPartOnly', () => Boolean, {
      defaultValue: false,
      description: 'Leave out all but the largest part, as for the one object that an ellipse is fitted to.',
    })
    largestPartOnly: boolean,
    @Arg('inPixels', () => Boolean, {
      defaultValue: false,
      description: 'Also where the file says how large a pixel is.',
    })
    inPixels: boolean,
    @Ctx() { signal }: GatewayContext,
  ): Promise<MeasurementsType> {
    if (pixelSize && inPixels) throw new ZooError('INVALID_PARAM', 'pixelSize and inPixels cannot go together.');
    const given = pixelSize ? checkUsualSize(checkPixelSize(pixelSize)) : mask.filePixelSize;
    const size = given && !inPixels ? { pixelSize: given } : {};
    return this.masks.measure({ rle: mask.source, largestPartOnly, ...size }, signal);
  }
}

function checkUsualSize({ x, y }: PixelSize): PixelSize {
  const { least, most } = PIXEL_SIZES;
  if (Math.min(x, y) >= least && Math.max(x, y) <= most) return { x, y };
  throw new ZooError(
    'INVALID_PARAM',
    `The pixel size must be from ${least} to ${most} mm per pixel; got ${x} and ${y}.`,
  );
}
