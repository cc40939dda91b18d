import type { ImageMask, PixelSize, Point, Rle } from '@medzoo/core';
import { GraphQLScalarType } from 'graphql';
import { Field, Float, Int, ID, ObjectType } from 'type-graphql';
import { BoxType } from '../box.type.js';
import { ABSENT_BECAUSE, DomainType } from './domain.type.js';
import { ProvenanceType } from './provenance.type.js';

/** A scalar, because a list of lists of numbers would cost the event loop a call for each of thousands of numbers. */
export const RingScalar = new GraphQLScalarType<never, readonly (readonly [number, number])[]>({
  name: 'Ring',
  description: 'A closed ring [[x, y], ...] in image pixels along pixel edges; the first point is not repeated.',
  serialize: (points) => (points as readonly Point[]).map(({ x, y }) => [x, y] as const),
});

@ObjectType('Rle', { description: 'The mask itself, as COCO run lengths: what pycocotools.mask.decode reads.' })
export class RleType {
  @Field(() => [Int], { description: '[height, width]' })
  readonly size!: readonly [number, number];

  @Field({ description: "COCO's compressed string: column-major, background first." })
  readonly counts!: string;
}

@ObjectType('Polygon', { description: 'One connected part of a mask. Fill the exterior and take the holes out.' })
export class PolygonType {
  @Field(() => RingScalar, { description: 'The outline of one part of the mask.' })
  readonly exterior!: readonly Point[];

  @Field(() => [RingScalar], { description: 'Outlines of what that part leaves out; often none.' })
  readonly holes!: readonly (readonly Point[])[];
}

@ObjectType('Mask', { description: 'One target in the image.' })
export class MaskType {
  @Field({ description: 'A label of the head, such as `lungs`.' })
  readonly label!: string;

  @Field(() => Float, {
    description:
      'How sure the head is that the target is in the image at all, 0..1; it need not be a calibrated probability. 1 ' +
      'of a head that is told that it is, and does not judge it.',
  })
  readonly presence!: number;

  @Field(() => DomainType, {
    nullable: true,
    description: 'Null for a head that cannot say, such as one that is prompted.',
  })
  readonly domain!: DomainType | null;

  @Field(() => ABSENT_BECAUSE, { nullable: true, description: 'Null for a mask that is not empty on purpose.' })
  readonly absentBecause!: NonNullable<ImageMask['absentBecause']> | null;

  @Field(() => Float, {
    description:
      "The model's own estimate of its mask's IoU with the truth, made before presence empties the mask: where " +
      'the target is called absent, it may be high.',
  })
  readonly quality!: number;

  @Field(() => Float, {
    description:
      'The probability from which a pixel belongs to the mask; 0 where masks exclude one another, and the most probable one has it.',
  })
  readonly threshold!: number;

  @Field(() => Float, {
    description: 'In image pixels; 0 for an empty mask. Square millimetres are in `measurements`.',
  })
  readonly area!: number;

  @Field(() => Float, { description: 'Of the image, 0..1.' })
  readonly areaFraction!: number;

  @Field(() => BoxType, { nullable: true, description: 'Null if the mask is empty.' })
  readonly boundingBox!: BoxType | null;

  @Field({
    description:
      "Link to an 8-bit grey PNG of the image's size: 255 where the mask is, else 0. It is made when it is " +
      'asked for.',
  })
  readonly url!: string;

  @Field(() => RleType, { description: 'All pixels of the mask as text.' })
  readonly rle!: RleType;

  /** Not part of the schema: the zoo's own value, which is measured. */
  readonly source!: Rle;

  /** Not part of the schema: mm per pixel where the mask lies, as the image's file says. */
  readonly filePixelSize!: PixelSize | undefined;

  @Field(() => [PolygonType], {
    description: 'Made only when asked for; exact unless `analyze` is told a `polygonTolerance`.',
  })
  readonly polygons!: readonly PolygonType[];
}

@ObjectType('SegmentationAnswer', { description: 'What a head outlined.' })
export class SegmentationAnswerType {
  /** Not part of the schema: it tells the members of the union apart. */
  readonly task!: 'segmentation';

  @Field(() => ID, { description: 'The head that answers.' })
  readonly headId!: string;

  @Field(() => ProvenanceType, { description: 'How the answer came to be.' })
  readonly provenance!: ProvenanceType;

  @Field(() => [MaskType], { description: 'One for each target that was asked about, whether it was found or not.' })
  readonly masks!: readonly MaskType[];
}
