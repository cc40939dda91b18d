import type { HeadDescription, Task } from '@medzoo/core';
import { testEncoder, testMasks } from '@medzoo/core/testing';

/** A head as data, with these labels. */
export function describeHead(id: string, task: Task, labels: readonly string[]): HeadDescription {
  return {
    manifest: { id, title: id, task, params: {}, intendedUse: 'Tests.', modalities: [] },
    encoder: testEncoder,
    trained: { ...testMasks.trained, labels },
  };
}
