import type { Diameter, Ellipse, MaskMeasurements, PixelSize, Point } from '@medzoo/core';
import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BoxType } from '../box.type.js';
import { PointType } from '../point.type.js';

const NAMES = { px: 'PIXEL', mm: 'MILLIMETRE' } as const satisfies Record<MaskMeasurements['unit'], string>;
const UNITS = Object.fromEntries(Object.entries(NAMES).map(([unit, name]) => [name, unit]));
registerEnumType(UNITS, {
  name: 'LengthUnit',
  description: 'Areas are in its square.',
  valuesConfig: {
    PIXEL: { description: 'Of the image: what the file says, or does not say, of their size was not used.' },
    MILLIMETRE: { description: 'In the patient.' },
  },
});

@InputType('PixelSize', { description: 'Mm per pixel of the image as a person sees it, both above 0.' })
export class PixelSizeInput implements PixelSize {
  @Field(() => Float, { description: 'Along a row.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Down a column.' })
  readonly y!: number;
}

@ObjectType('Diameter', { description: 'A line between two points of the outline.' })
class DiameterType {
  @Field(() => Float, { description: 'In the `unit` of the measurements.' })
  readonly length!: number;

  @Field(() => PointType, { description: 'One end, in the `unit` of the measurements.' })
  readonly from!: Point;

  @Field(() => PointType, { description: 'The other end.' })
  readonly to!: Point;
}

@ObjectType('Ellipse', {
  description: "The ellipse with the mask's centroid and second moments, in the `unit` of the measurements.",
})
class EllipseType {
  @Field(() => PointType, { description: 'In the `unit` of the measurements.' })
  readonly center!: Point;

  @Field(() => Float, { description: 'Half of the longer axis.' })
  readonly semiMajor!: number;

  @Field(() => Float, { description: 'Half of the shorter axis.' })
  readonly semiMinor!: number;

  @Field(() => Float, {
    description: 'Degrees from the x axis to the major axis, clockwise as seen; above -90 up to 90.',
  })
  readonly angle!: number;

  @Field(() => Float, { description: 'Its perimeter, such as the head circumference of a fetus.' })
  readonly circumference!: number;
}

@ObjectType('Measurements', { description: 'A mask in numbers, all in one unit.' })
export class MeasurementsType {
  @Field(() => UNITS, { description: 'Millimetres if the pixel size was given, or the file says it.' })
  readonly unit!: MaskMeasurements['unit'];

  @Field(() => Int, {
    description:
      'Separate parts of the mask (4-connected), all of them even where `largestPartOnly` leaves some out of the rest.',
  })
  readonly parts!: number;

  @Field(() => Float, { description: 'In the square of `unit`: pixels or mm².' })
  readonly area!: number;

  @Field(() => Float, { description: 'Of all outlines, holes included, in `unit`.' })
  readonly perimeter!: number;

  @Field(() => BoxType, { nullable: true, description: 'In `unit`; null if the mask is empty.' })
  readonly boundingBox!: BoxType | null;

  @Field(() => DiameterType, { nullable: true, description: 'The maximum Feret diameter; null if the mask is empty.' })
  readonly longestDiameter!: Diameter | null;

  @Field(() => EllipseType, { nullable: true, description: 'Null if the mask is empty.' })
  readonly ellipse!: Ellipse | null;
}
