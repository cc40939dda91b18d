import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('Point', { description: "From the image's top left corner." })
export class PointType {
  @Field(() => Float)
  readonly x!: number;

  @Field(() => Float)
  readonly y!: number;
}
