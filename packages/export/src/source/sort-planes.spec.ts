import { describe, expect, it } from 'vitest';
import { isAligned, toPatient, type Plane, type Vector } from './plane.js';
import { checkVolume, findSliceDistance, sortByPosition, takeStep } from './sort-planes.js';

const PLANE: Plane = {
  position: [0, 0, 0],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  spacing: { x: 0.5, y: 0.8 },
};
const at = (...positions: Vector[]) => positions.map((position) => ({ plane: { ...PLANE, position } }));

describe('planes', () => {
  it('have the centre of their first pixel at their position', () => {
    expect(toPatient({ ...PLANE, position: [10, 20, 30] }, 0.5, 0.5)).toEqual([10, 20, 30]);
    expect(toPatient({ ...PLANE, position: [10, 20, 30] }, 2.5, 1.5)).toEqual([11, 20.8, 30]);
  });

  it('sort along their normal, whatever their order', () => {
    const sorted = sortByPosition(at([0, 0, 5], [0, 0, -2], [0, 0, 1]));
    expect(sorted.map(({ plane }) => plane.position[2])).toEqual([-2, 1, 5]);
  });

  it('are one stack only with one orientation and one spacing', () => {
    const turned = { ...PLANE, rowDirection: [0, 1, 0], columnDirection: [0, 0, 1] } as const;
    expect(() => sortByPosition([{ plane: PLANE }, { plane: turned }])).toThrow('orientation or pixel spacing');
    expect(() => sortByPosition([{ plane: PLANE }, { plane: { ...PLANE, spacing: { x: 0.5, y: 0.9 } } }])).toThrow(
      'orientation or pixel spacing',
    );
    expect(isAligned(PLANE, { ...PLANE, rowDirection: [0.99999, 0.00001, 0] })).toBe(true);
  });

  it('have one distance where it is even, also along a tilted gantry', () => {
    expect(findSliceDistance(at([0, 0, 0], [0, 0.2, 2], [0, 0.4, 4.01]))).toBeCloseTo(2.005);
    expect(findSliceDistance(at([0, 0, 0]))).toBeUndefined();
    expect(findSliceDistance(at([0, 0, 0], [0, 0, 2], [0, 0, 5]))).toBeUndefined();
  });

  it('are refused as a volume with the reason', () => {
    expect(() => takeStep(at([0, 0, 0], [0, 0, 2], [0, 0, 6]))).toThrow('2.000 to 4.000 mm');
    expect(() => takeStep(at([0, 0, 0], [0, 0, 2], [0, 0, 2]))).toThrow('2 and 3 by position');
  });

  it('are refused as a volume where one lies beside the line of the others', () => {
    expect(() => takeStep(at([0, 0, 0], [20, 0, 2], [0, 0, 4]))).toThrow('Image 2 by position lies 20.000 mm beside');
    expect(() => takeStep(at([0, 0, 0], [0, 0.3, 2], [0, 1.6, 4]))).toThrow('Image 2 by position lies 0.500 mm beside');
    expect(takeStep(at([0, 0, 0], [0.1, 0.3, 2], [0, 0.4, 4]))).toEqual([0, 0.2, 2]);
  });

  it('are checked as a volume before one is written, in any order', () => {
    const check = (...positions: Vector[]) => checkVolume(at(...positions).map(({ plane }) => plane));
    expect(() => check([0, 0, 0], [0, 0, 6], [0, 0, 2])).toThrow('2.000 to 4.000 mm');
    check([0, 0, 4], [0, 0, 0], [0, 0, 2]);
    check([0, 0, 4]);
  });
});
