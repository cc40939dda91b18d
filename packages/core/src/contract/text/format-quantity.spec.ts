import { expect, it } from 'vitest';
import { formatQuantity } from './format-quantity.js';

it.each([
  [128.456, 'mo', '128.5 months'],
  [0.571_23, '1', '0.5712'],
  [-3, 'mm', '-3 mm'],
  [12_345.6, 'mm2', '12350 mm²'],
  [56, '%', '56 %'],
  [1, 'constructor', '1 constructor'],
])('%d %s is "%s"', (value, unit, text) => {
  expect(formatQuantity(value, unit)).toBe(text);
});
