import { expect, it } from 'vitest';
import { describeUnanswered } from './ask-series.js';

it('says of which pictures asking again is of use', () => {
  const say = (framesFailed: number, framesRefused: number) => describeUnanswered({ framesFailed, framesRefused });
  expect(say(0, 0)).toBe('');
  expect(say(3, 3)).toBe(", 3 not answered, as they are not the head's kind of image");
  expect(say(3, 1)).toMatch(/^, 1 not answered, .*, 2 without an answer: analyse again to ask for those$/);
});
