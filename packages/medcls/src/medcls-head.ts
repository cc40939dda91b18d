import { decodeClasses, defineHead, type Head } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

const params = {
  heatMap: { type: 'boolean', default: true, description: 'Answer with the map of what speaks for the label.' },
} as const;

/** What a SAM-MedCls head says about itself. */
export interface MedClsManifest<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly task: 'classification';
  readonly params: typeof params;
  readonly intendedUse: string;
  readonly modalities: readonly string[];
}

/** What differs from one SAM-MedCls head to the next. */
export type MedClsDescription<Id extends string> = Pick<
  MedClsManifest<Id>,
  'id' | 'title' | 'intendedUse' | 'modalities'
>;

/**
 * A SAM-MedCls head: attention modules on the embedding of `samMed2dTiny` and a classifier, its weights where `model`
 * (the URL of a model.json) says. Its heat map is the evidence for the most probable label: what each place adds to its
 * logit more than to the others'.
 */
export function medclsHead<const Id extends string>(
  description: MedClsDescription<Id>,
  model: URL,
): Head<MedClsManifest<Id>> {
  return defineHead<MedClsManifest<Id>>({
    manifest: { ...description, task: 'classification', params },
    encoder: samMed2dTiny,
    trained: readModelFile(model),
    decode: ({ outputs, params: { heatMap }, trained }) => decodeClasses(outputs, trained, { heatMap }),
  });
}
