import { expect, it } from 'vitest';
import {
  describeFile,
  describeView,
  dragWindow,
  type FileFacts,
  nameUsualWindow,
  previewPath,
  sayShown,
} from './medical-view.js';

const LUNG = { center: 40, width: 400, function: 'LINEAR' };
const usualWindow = nameUsualWindow({ windows: [LUNG] }, false);

it('dragging to the right widens a window, and dragging down raises it', () => {
  const start = { center: 40, width: 400, function: 'SIGMOID' };
  expect(dragWindow(start, 0, 0)).toEqual(start);
  expect(dragWindow(start, 0.5, 0)).toEqual({ ...start, width: 800 });
  expect(dragWindow(start, -0.5, 0.25)).toEqual({ ...start, center: 240, width: 200 });
  expect(dragWindow({ ...start, center: 0, width: 1e-5 }, -9, 0).width).toBeGreaterThan(0);
});

it('asks the gateway for a frame by a window', () => {
  expect(previewPath('ab', { frame: 2, window: null })).toBe('/images/ab/preview.png?frame=2');
  expect(previewPath('ab', { frame: 0, window: { center: -5, width: 2, function: 'LINEAR' } })).toBe(
    '/images/ab/preview.png?frame=0&center=-5&width=2&function=LINEAR',
  );
  expect(describeView({ frame: 1, window: LUNG }, { frames: 3, usualWindow })).toBe('frame 2 of 3, window 40 / 400');
});

it('says which view the picture is, which one is on its way, and which one the answers are about', () => {
  const file = { frames: 30, usualWindow };
  const [analysed, next] = [
    { frame: 15, window: null },
    { frame: 3, window: null },
  ];
  expect(sayShown({ shown: analysed, analysed }, file)).toBe("Shown: frame 16 of 30, the file's own window.");
  expect(sayShown({ shown: analysed, analysed, loading: next }, file)).toBe(
    "Shown: frame 16 of 30, the file's own window. Loading frame 4 of 30, the file's own window …",
  );
  expect(sayShown({ shown: next, analysed }, file)).toBe(
    "Shown: frame 4 of 30, the file's own window. The answers are about frame 16 of 30, the file's own window.",
  );
});

it("calls a window the file's own only where the file has one", () => {
  expect(usualWindow).toBe("the file's own window");
  expect(nameUsualWindow({ windows: [] }, false)).toBe('the usual window, as the file names none');
  expect(nameUsualWindow({ windows: [] }, true)).toBe('the values as stored');
});

it('says in plain words what a file says', () => {
  const facts: FileFacts = {
    frames: 1,
    modality: 'US',
    spacing: { x: 0.1, y: 0.2, unit: 'mm', regions: [{}] },
    windows: [],
    flags: { burnedIn: 'unknown', lossy: true, overlays: 1 },
    series: null,
  };
  expect(describeFile(facts)).toEqual([
    'Modality US.',
    'A pixel is 0.1 × 0.2 mm, within its ultrasound regions only.',
    'The file does not say whether names are drawn into the pixels: look before you pass it on.',
    'Values were lost by compression.',
    'The file has 1 overlay plane, not shown here.',
  ]);
  expect(describeFile({ ...facts, spacing: { x: 1, y: 1, unit: 'mm at detector', regions: null } })[1]).toContain(
    'at the detector',
  );
  expect(describeFile({ ...facts, spacing: null })[1]).toContain('does not say how large');
});
