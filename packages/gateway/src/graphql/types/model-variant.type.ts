import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('ModelVariant', {
  description:
    'The weights of a head or of an encoder in another precision, which run in their place on some execution providers.',
})
export class ModelVariantType {
  @Field({ description: "Such as 'int8-static'." })
  readonly precision!: string;

  @Field(() => [String], { description: "Execution providers that run it, such as 'cpu'." })
  readonly providers!: readonly string[];

  @Field({ description: 'Of its file.' })
  readonly sha256!: string;

  @Field(() => Float, { description: 'Size of its file.' })
  readonly bytes!: number;
}
