import { setImmediate } from 'node:timers/promises';
import { checkPixelSize, measureMask, splitRle } from '@medzoo/core';
import { injectable } from 'tsyringe';
import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { MeasurementsType, PixelSizeInput } from '../types/measurements.type.js';
import { MaskType } from '../types/segmentation.type.js';

@injectable()
@Resolver(() => MaskType)
export class MaskResolver {
  @FieldResolver(() => MeasurementsType, {
    description: 'Made only when asked for. In pixels, or in mm if `pixelSize` is given; another alias for each unit.',
  })
  async measurements(
    @Root() mask: MaskType,
    @Arg('pixelSize', () => PixelSizeInput, { nullable: true }) pixelSize: PixelSizeInput | null | undefined,
    @Arg('largestPartOnly', () => Boolean, {
      defaultValue: false,
      description: 'Leave out all but the largest part, as for the one object that an ellipse is fitted to.',
    })
    largestPartOnly: boolean,
  ): Promise<MeasurementsType> {
    const [height, width] = mask.rle.size;
    const rle = { size: { width, height }, counts: mask.rle.counts };
    const pixel = pixelSize ? checkPixelSize(pixelSize) : undefined;
    // Milliseconds for a large mask: a query with many must let others in between.
    await setImmediate();
    const parts = splitRle(rle);
    return { ...measureMask(largestPartOnly ? (parts[0] ?? rle) : rle, pixel), parts: parts.length };
  }
}
