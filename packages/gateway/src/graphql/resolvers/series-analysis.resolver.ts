import { measureTargetVolumes, type OutOfDomain, ZooError } from '@medzoo/core';
import type { GraphQLResolveInfo } from 'graphql';
import { inject, injectable } from 'tsyringe';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { SeriesReadings } from '../../reading/series/series-readings.js';
import { type AskedSeries, SeriesAnalyses } from '../../series/series-analyses.js';
import { SeriesStore } from '../../series/series-store.js';
import type { GatewayContext } from '../gateway-context.js';
import { isSelected } from '../is-selected.js';
import { toHeadAnswer } from '../to-head-answer.js';
import { IF_OUT_OF_DOMAIN, OUT_OF_DOMAIN } from '../types/answers/domain.type.js';
import { HeadRequestInput } from '../types/answers/head-answer.type.js';
import { NULL_ON_FAULT } from '../types/null-on-fault.js';
import { OF_A_WINDOW, viewOf, WindowInput } from '../types/image/window.type.js';
import { AnsweredFrameType, SeriesAnalysisType, TargetVolumeType } from '../types/series/series-analysis.type.js';

const OF_AN_ANALYSIS = 'As `analyzeSeries` answered it.';

/** Whole series: started, looked at while they run, and their answers. */
@injectable()
@Resolver(() => SeriesAnalysisType)
export class SeriesAnalysisResolver {
  constructor(
    @inject(SeriesStore) private readonly store: SeriesStore,
    @inject(SeriesAnalyses) private readonly analyses: SeriesAnalyses,
    @inject(SeriesReadings) private readonly readings: SeriesReadings,
  ) {}

  @Mutation(() => SeriesAnalysisType, {
    nullable: true,
    description:
      'Asks a head about every frame of a series, as batch work, and answers at once: look after it with ' +
      `\`seriesAnalysis\`. Asked again, it goes on with the frames that have no answer. ${NULL_ON_FAULT}`,
  })
  async analyzeSeries(
    @Arg('series', () => ID, { description: 'Its id.' }) id: string,
    @Arg('head', () => HeadRequestInput, { description: 'Whose answer.' }) head: HeadRequestInput,
    @Arg('window', () => WindowInput, { nullable: true, description: OF_A_WINDOW })
    window: WindowInput | null | undefined,
    @Arg('outOfDomain', () => OUT_OF_DOMAIN, { defaultValue: 'refuse', description: IF_OUT_OF_DOMAIN })
    outOfDomain: OutOfDomain,
    @Ctx() { budget, principal }: GatewayContext,
  ): Promise<SeriesAnalysisType> {
    budget.spend(1); // of starts: a walk's frames are bounded by its series, and how many walk by their places
    const series = await this.store.get(id);
    const request = { id: head.id, params: head.params ?? {} };
    const view = viewOf(null, window);
    const question = { series, request, outOfDomain, ...(view?.window && { window: view.window }) };
    return toAnalysisType(await this.analyses.start(question, principal.id));
  }

  @Query(() => SeriesAnalysisType, {
    nullable: true,
    description: 'Null, with the error IMAGE_NOT_FOUND, if it is not kept any more: start it again.',
  })
  seriesAnalysis(@Arg('id', () => ID, { description: OF_AN_ANALYSIS }) id: string): SeriesAnalysisType {
    return toAnalysisType(this.analyses.get(id));
  }

  @Mutation(() => SeriesAnalysisType, {
    nullable: true,
    description:
      'Ends it; what it has answered is kept. Null, with the error IMAGE_NOT_FOUND, if it is not kept any more.',
  })
  cancelSeriesAnalysis(@Arg('id', () => ID, { description: OF_AN_ANALYSIS }) id: string): SeriesAnalysisType {
    return toAnalysisType(this.analyses.cancel(id));
  }

  @FieldResolver(() => [AnsweredFrameType], {
    nullable: true,
    description: `The answers frame by frame, also while it runs. ${NULL_ON_FAULT}`,
  })
  frames(
    @Root() { asked: { question, analysis } }: SeriesAnalysisType,
    @Arg('from', () => Int, { defaultValue: 0, description: 'Index of the first one, from 0.' }) from: number,
    @Arg('count', () => Int, { defaultValue: 10, description: 'At most so many; fewer at the end of the series.' })
    count: number,
    @Info() info: GraphQLResolveInfo,
  ): AnsweredFrameType[] {
    if (from < 0 || count < 0) throw new ZooError('INVALID_PARAM', '`from` and `count` must be 0 or more.');
    if (isSelected(info, ['answer', 'masks', 'polygons'])) {
      const message =
        'Polygons are not kept of a series. Ask `image.analyze` for those of a frame, or for GEOJSON in `exports`.';
      throw new ZooError('INVALID_PARAM', message);
    }
    const { request, window, outOfDomain } = question;
    return question.series.frames.slice(from, from + count).map(({ image, frame }, at) => {
      const index = from + at;
      const outcome = analysis.outcomes[index];
      const view = { ...(image.frames > 1 && { frame }), ...(window && { window }) };
      const answer = outcome ? toHeadAnswer(image.id, request, outcome, { view, outOfDomain }) : null;
      return { index, image, frame, answer };
    });
  }

  @FieldResolver(() => [TargetVolumeType], {
    nullable: true,
    description:
      'How large each target is, over the slices of each volume; empty for a head without masks, and until it is ' +
      `done. ${NULL_ON_FAULT}`,
  })
  async volumes(
    @Root() { asked: { question, analysis } }: SeriesAnalysisType,
    @Ctx() { principal, signal, reads }: GatewayContext,
  ): Promise<TargetVolumeType[]> {
    if (analysis.state !== 'done') return [];
    const asker = { caller: principal.id, signal };
    const { stacks } = await reads.take(signal, () => this.readings.describe(question.series, asker));
    return stacks.flatMap(({ from, count, order }, index) => {
      const stack = stacks.length > 1 ? index : null;
      const slices = analysis.outcomes.slice(from, from + count).map((outcome) => {
        return outcome?.ok && outcome.value.task === 'segmentation' ? outcome.value.masks : undefined;
      });
      return measureTargetVolumes(slices, order).map(({ volumeMm3, reason, ...found }) => {
        return { ...found, stack, volume: volumeMm3, reason: reason ?? null };
      });
    });
  }
}

function toAnalysisType(asked: AskedSeries): SeriesAnalysisType {
  const { analysis } = asked;
  return {
    ...{ id: analysis.id, seriesId: analysis.series.id, state: analysis.state, asked },
    message: analysis.error?.message ?? null,
    framesTotal: analysis.outcomes.length,
    framesDone: analysis.done,
    framesFailed: analysis.failed,
    framesRefused: analysis.refused,
  };
}
