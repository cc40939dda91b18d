import { expect, it } from 'vitest';
import { nameMetric } from './card-metrics.js';

it('keeps the name of a metric that it does not know', () => expect(nameMetric('hd95')).toBe('hd95'));
