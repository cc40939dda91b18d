import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('Point', {
  description:
    "From the image's top left corner, in image pixels, unless it is part of what is measured in another unit.",
})
export class PointType {
  @Field(() => Float, { description: 'To the right.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Downwards.' })
  readonly y!: number;
}
