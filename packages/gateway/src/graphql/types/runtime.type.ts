import type { ProcessRuntime, ZooRuntime } from '@medzoo/core';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { EnumOf } from './enum-of.js';
import { NOT_AN_ENTITY } from './not-an-entity.js';

const ZOO_STATES = { READY: 'ready', DEGRADED: 'degraded' } as const satisfies EnumOf<ZooRuntime['state']>;
registerEnumType(ZOO_STATES, {
  name: 'ZooState',
  description: 'Whether all processes that run models answer.',
  valuesConfig: {
    READY: { description: 'All of them do.' },
    DEGRADED: { description: 'Fewer processes answer than should; those that do answer for all.' },
  },
});

const PROCESS_STATES = {
  UP: 'up',
  UNRESPONSIVE: 'unresponsive',
  STARTING: 'starting',
  STANDBY: 'standby',
} as const satisfies EnumOf<ProcessRuntime['state']>;
registerEnumType(PROCESS_STATES, {
  name: 'ProcessState',
  description: 'What a process that runs models does.',
  valuesConfig: {
    UP: { description: 'It answers.' },
    STARTING: { description: 'It opens its models.' },
    STANDBY: { description: 'Its models are open, and it takes the place of the next one that ends.' },
    UNRESPONSIVE: { description: 'It sends no heartbeat, gets no new calls, and is replaced unless it comes back.' },
  },
});

@ObjectType('SkippedProvider', { description: 'A preferred execution provider that is not in use.' })
export class SkippedProviderType {
  @Field({ description: 'Such as cuda.' })
  readonly provider!: string;

  @Field({ description: 'Why it is not in use.' })
  readonly reason!: string;
}

@ObjectType('OpenModel', { description: 'A head or an encoder that is in memory.' })
export class OpenModelType {
  @Field(() => ID, { name: 'modelId', description: 'Of the head or the encoder.' })
  @Field(() => ID, { deprecationReason: NOT_AN_ENTITY })
  readonly id!: string;

  @Field({ description: 'Of the file that is open, which may be a variant.' })
  readonly sha256!: string;

  @Field({
    description: "In which precision its weights are: that of a variant, such as 'int8-static', or 'reference'.",
  })
  readonly precision!: string;

  @Field({ description: 'The execution provider that really runs it.' })
  readonly provider!: string;

  @Field(() => Int, { description: 'How many of its runs may be joined into one; 1: none.' })
  readonly maxBatch!: number;

  @Field(() => Float, { description: 'Memory that it was taken to need before it was opened.' })
  readonly declaredBytes!: number;

  @Field(() => Float, {
    nullable: true,
    description: "What it was seen to take of its device's memory; null where that could not be measured.",
  })
  readonly measuredBytes!: number | null;

  @Field(() => [SkippedProviderType], { description: 'Providers that come before it and cannot run it.' })
  readonly skipped!: readonly SkippedProviderType[];
}

@ObjectType('DeviceMemory', { description: "What models take of one device's memory, as their process counts it." })
export class DeviceMemoryType {
  @Field({ description: '`cpu`, or a card such as `cuda:0`.' })
  readonly device!: string;

  @Field(() => Float, { nullable: true, description: 'What they may take in this process; null without a budget.' })
  readonly budgetBytes!: number | null;

  @Field(() => Float, { description: 'What those that are open take, measured where that could be, else declared.' })
  readonly modelBytes!: number;

  @Field(() => Float, { description: 'What closed ones did not give back: the next that opens may use it.' })
  readonly unreturnedBytes!: number;

  @Field(() => Int, { description: 'Models closed to make room, since the process began.' })
  readonly evictions!: number;
}

@ObjectType('ZooProcess', { description: 'A process that runs models, as it last told.' })
export class ZooProcessType {
  @Field(() => PROCESS_STATES, { description: 'Whether it answers.' })
  readonly state!: 'up' | 'unresponsive' | 'starting' | 'standby';

  @Field(() => Int, { nullable: true, description: 'Of one model run on the CPU; null where the backend has its own.' })
  readonly threads!: number | null;

  @Field(() => Float, { description: 'Resident memory.' })
  readonly rssBytes!: number;

  @Field(() => Int, { description: 'Times that the process in this place ended without being told to.' })
  readonly crashes!: number;

  @Field(() => [OpenModelType], { description: 'The models that are open now.' })
  readonly models!: readonly OpenModelType[];

  @Field(() => [DeviceMemoryType], { description: 'By device; empty where models run elsewhere.' })
  readonly memory!: readonly DeviceMemoryType[];
}

@ObjectType('Queue', { description: 'How much is asked at the moment.' })
export class QueueType {
  @Field(() => Int, { description: 'Analyses that wait or run.' })
  readonly pending!: number;

  @Field(() => Int, { description: 'Those of the pending ones that wait.' })
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

  @Field({ description: 'The version of Node.' })
  readonly node!: string;

  @Field(() => ZOO_STATES, { description: 'Whether all processes answer.' })
  readonly state!: 'ready' | 'degraded';

  @Field(() => String, { nullable: true, description: 'Why it is degraded; null if it is not.' })
  readonly reason!: string | null;

  @Field(() => QueueType, { description: 'How much is asked at the moment.' })
  readonly queue!: QueueType;

  @Field(() => [ZooProcessType], { description: 'Those that run models.' })
  readonly processes!: readonly ZooProcessType[];

  @Field(() => String, {
    nullable: true,
    description: 'The execution provider that ran the last head; null until one ran.',
  })
  readonly provider!: string | null;

  @Field(() => Float, { description: 'Since the gateway started.' })
  readonly uptimeSeconds!: number;
}
