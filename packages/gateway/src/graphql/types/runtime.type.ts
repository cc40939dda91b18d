import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('Runtime', { description: 'What answers here.' })
export class RuntimeType {
  @Field({ description: "Of the gateway's package." })
  readonly version!: string;

  @Field()
  readonly node!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The execution provider that ran the last head; null until one ran.',
  })
  readonly provider!: string | null;

  @Field(() => Float)
  readonly uptimeSeconds!: number;
}
