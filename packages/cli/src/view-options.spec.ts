import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addViewOptions, toView } from './view-options.js';

const viewOf = (...given: readonly string[]) => {
  const command = addViewOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return toView(command.parse(given, { from: 'user' }).opts());
};

it('takes a frame, a direction of slices and a window, whose center may be negative', () => {
  expect(viewOf()).toEqual({});
  expect(viewOf('--frame', '3', '--slices', 'axial', '--window', '-600,1500')).toEqual({
    frame: 3,
    slices: 'axial',
    window: { center: -600, width: 1500 },
  });
});

it.each(['40', '40,0', '40,-1', '40,', ',400', '40,400,1', 'lung'])(
  'refuses "%s" as a window, and says why',
  (text) => {
    expect(() => viewOf('--window', text)).toThrow('Expected a center and a width above 0 with a comma between');
  },
);
