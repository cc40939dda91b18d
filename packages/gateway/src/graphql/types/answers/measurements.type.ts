import type { Diameter, Ellipse, MaskMeasurements, PixelSize, Point } from '@medzoo/core';
import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BoxType } from '../box.type.js';
import { PointType } from '../point.type.js';

const NAMES = { px: 'PIXEL', mm: 'MILLIMETRE' } as const satisfies Record<MaskMeasurements['unit'], string>;
const UNITS = Object.fromEntries(Object.entries(NAMES).map(([unit, name]) => [name, unit]));
registerEnumType(UNITS, { name: 'LengthUnit', description: 'Areas are in its square.' });

@InputType('PixelSize', { description: 'Mm per pixel of the image as a person sees it, both above 0.' })
export class PixelSizeInput implements PixelSize {
  @Field(() => Float, { description: 'Along a row.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Down a column.' })
  readonly y!: number;
}

@ObjectType('Diameter')
class DiameterType {
  @Field(() => Float)
  readonly length!: number;

  @Field(() => PointType)
  readonly from!: Point;

  @Field(() => PointType)
  readonly to!: Point;
}

@ObjectType('Ellipse', { description: "The ellipse with the mask's centroid and second moments." })
class EllipseType {
  @Field(() => PointType)
  readonly center!: Point;

  @Field(() => Float)
  readonly semiMajor!: number;

  @Field(() => Float)
  readonly semiMinor!: number;

  @Field(() => Float, {
    description: 'Degrees from the x axis to the major axis, clockwise as seen; above -90 up to 90.',
  })
  readonly angle!: number;

  @Field(() => Float)
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

  @Field(() => Float)
  readonly area!: number;

  @Field(() => Float, { description: 'Of all outlines, holes included.' })
  readonly perimeter!: number;

  @Field(() => BoxType, { nullable: true, description: 'Null, as are the following, if the mask is empty.' })
  readonly boundingBox!: BoxType | null;

  @Field(() => DiameterType, { nullable: true, description: 'The maximum Feret diameter.' })
  readonly longestDiameter!: Diameter | null;

  @Field(() => EllipseType, { nullable: true })
  readonly ellipse!: Ellipse | null;
}
