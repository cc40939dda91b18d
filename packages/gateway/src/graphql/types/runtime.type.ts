import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

const ZOO_STATES = { READY: 'ready', DEGRADED: 'degraded' } as const;
registerEnumType(ZOO_STATES, {
  name: 'ZooState',
  valuesConfig: { DEGRADED: { description: 'Fewer processes answer than should; those that do answer for all.' } },
});

const PROCESS_STATES = { UP: 'up', STARTING: 'starting', RESERVE: 'reserve' } as const;
registerEnumType(PROCESS_STATES, {
  name: 'ProcessState',
  valuesConfig: { RESERVE: { description: 'Its models are open, and it takes the place of the next one that ends.' } },
});

@ObjectType('SkippedProvider', { description: 'A preferred execution provider that is not in use.' })
export class SkippedProviderType {
  @Field()
  readonly provider!: string;

  @Field()
  readonly reason!: string;
}

@ObjectType('OpenModel')
export class OpenModelType {
  @Field(() => ID, { description: 'Of the head or the encoder.' })
  readonly id!: string;

  @Field()
  readonly sha256!: string;

  @Field({ description: 'The execution provider that really runs it.' })
  readonly provider!: string;

  @Field(() => Int, { description: 'How many of its runs may be joined into one; 1: none.' })
  readonly maxBatch!: number;

  @Field(() => [SkippedProviderType])
  readonly skipped!: readonly SkippedProviderType[];
}

@ObjectType('ZooProcess', { description: 'A process that runs models, as it last told.' })
export class ZooProcessType {
  @Field(() => PROCESS_STATES)
  readonly state!: 'up' | 'starting' | 'reserve';

  @Field(() => Int, { nullable: true, description: 'Of one model run on the CPU.' })
  readonly threads!: number | null;

  @Field(() => Float, { description: 'Resident memory.' })
  readonly rssBytes!: number;

  @Field(() => Int, { description: 'Times that the process in this place ended without being told to.' })
  readonly crashes!: number;

  @Field(() => [OpenModelType], { description: 'The models that are open now.' })
  readonly models!: readonly OpenModelType[];
}

@ObjectType('Queue')
export class QueueType {
  @Field(() => Int, { description: 'Analyses that wait or run.' })
  readonly pending!: number;

  @Field(() => Int)
  readonly waiting!: number;

  @Field(() => Int, { nullable: true, description: 'Of pending ones; null where there is no bound.' })
  readonly limit!: number | null;

  @Field(() => Int, { description: 'When one that is refused now would find room, as measured.' })
  readonly retryAfterMs!: number;

  @Field(() => Int, { description: 'Images that are refused for a while because they ended processes.' })
  readonly quarantined!: number;
}

@ObjectType('Runtime', { description: 'What answers here, and how it is doing.' })
export class RuntimeType {
  @Field({ description: "Of the gateway's package." })
  readonly version!: string;

  @Field()
  readonly node!: string;

  @Field(() => ZOO_STATES)
  readonly state!: 'ready' | 'degraded';

  @Field(() => String, { nullable: true, description: 'Why it is degraded.' })
  readonly reason!: string | null;

  @Field(() => QueueType)
  readonly queue!: QueueType;

  @Field(() => [ZooProcessType])
  readonly processes!: readonly ZooProcessType[];

  @Field(() => String, {
    nullable: true,
    description: 'The execution provider that ran the last head; null until one ran.',
  })
  readonly provider!: string | null;

  @Field(() => Float)
  readonly uptimeSeconds!: number;
}
