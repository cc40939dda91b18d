import { takesPrompts, type HeadDescription } from '@medzoo/core';
import { answerFragments } from './answer-fields.js';

/** A tab of the GraphQL editor. */
export interface ExampleQuery {
  readonly name: string;
  readonly query: string;
  readonly variables: string;
}

const HEADS = `# What can be asked of an image?
query Heads {
  heads {
    id
    title
    task
    intendedUse
    labels
    params { name type default min max options description }
    metrics { name label value interval95 dataset split n }
    encoder { id version }
  }
  runtime { version provider }
}
`;

const ANALYZE = `# Upload an image first; its id goes into the variables below:
#   curl --data-binary @image.png ORIGIN/images
query Analyze($id: ID!, $heads: [HeadRequest!]!) {
  image(id: $id) {
    width
    height
    analyze(heads: $heads) {
      ${answerFragments('full', '      ')}
      ... on OutOfDomain { headId score threshold nearest message }
      ... on HeadFailure { headId code message retryable }
    }
  }
}
`;

/** The ids of heads that answer without being shown where to look: an example cannot know that. */
export function headsWithoutPrompts(heads: readonly HeadDescription[]): readonly string[] {
  return heads.filter(({ manifest }) => !takesPrompts(manifest)).map(({ manifest }) => manifest.id);
}

/**
 * What the editor opens with, the last tab in front: it answers before anything is uploaded. `origin` is how the reader
 * came.
 */
export function exampleQueries(heads: readonly HeadDescription[], origin: string): readonly ExampleQuery[] {
  const ids = headsWithoutPrompts(heads);
  const variables = { id: '(the id of an upload)', heads: ids.map((id) => ({ id })) };
  return [
    { name: 'Analyze', query: ANALYZE.replace('ORIGIN', origin), variables: JSON.stringify(variables, null, 2) },
    { name: 'Heads', query: HEADS, variables: '{}' },
  ];
}
