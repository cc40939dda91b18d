import { relative, resolve } from 'node:path';
import type { HeadAnswers } from './ask/answers.js';
import { sayEvaluate } from './files/fill-template.js';
import { quoteArgument } from './quote-argument.js';

/** The commands from a written head to one that is served. `place` is its folder; `data`, if given, the images'. */
export function listNextSteps(answers: HeadAnswers, place: string, data: string | undefined): string[] {
  const images = data === undefined ? 'DIR' : quoteArgument(relative(resolve(place), resolve(data)));
  return [
    `cd ${quoteArgument(place)} && npm install`,
    `npm run embed -- --data ${images}`,
    'npm run train',
    'npm test && npx medzoo check-head .',
    ...sayEvaluate(answers, images).split('\n'),
    'npx medzoo-gateway',
  ];
}
