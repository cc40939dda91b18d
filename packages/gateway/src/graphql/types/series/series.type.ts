import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { StoredSeries } from '../../../series/stored-series.js';

@ObjectType('VoxelSpacing', { description: 'Millimetres between the centres of neighbours.' })
class VoxelSpacingType {
  @Field(() => Float, { description: 'Between columns.' })
  readonly x!: number;

  @Field(() => Float, { description: 'Between rows.' })
  readonly y!: number;

  @Field(() => Float, { description: 'Between slices, by their positions.' })
  readonly z!: number;
}

@ObjectType('SeriesGeometry', { description: 'Whether the pictures of a series make a volume.' })
export class SeriesGeometryType {
  @Field(() => Boolean, { description: 'Parallel, of one size and spacing, and evenly apart.' })
  readonly isVolume!: boolean;

  @Field(() => String, { nullable: true, description: 'Why they make no volume; null where they make one.' })
  readonly reason!: string | null;

  @Field(() => VoxelSpacingType, { nullable: true, description: 'Null where they make none.' })
  readonly spacing!: VoxelSpacingType | null;
}

@ObjectType('Series', {
  description:
    'Pictures that belong together, in the order in which they lie: the files of a series that came as a ZIP, or the ' +
    'frames of a file that has several.',
})
export class SeriesType {
  @Field(() => ID, { description: 'Of the list of its images; of a file of several frames, its own.' })
  readonly id!: string;

  @Field(() => Int, { description: 'How many pictures it has.' })
  readonly frameCount!: number;

  @Field(() => [ID], { description: 'Its images; one for a file of several frames.' })
  readonly imageIds!: readonly string[];

  readonly stored!: StoredSeries;
}
