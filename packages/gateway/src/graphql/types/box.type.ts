import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('Box', { description: 'In image pixels, unless it is measured in another unit.' })
export class BoxType {
  @Field(() => Float)
  readonly x!: number;

  @Field(() => Float)
  readonly y!: number;

  @Field(() => Float)
  readonly width!: number;

  @Field(() => Float)
  readonly height!: number;
}
