import { isZooError, ZooError, type DecodeInput, type Head, type Tensors } from '../../contract/index.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';
import { checkResult } from '../../tasks/index.js';

/** Runs a head's own code: whatever it throws that is no ZooError is the head's fault, in words that name it. */
export function inHead<T>(head: Head, stage: 'feeds' | 'decode', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isZooError(error)) throw error;
    const why = describeThrown(error);
    const { id } = head.manifest;
    throw new ZooError('HEAD_FAILED', `The head "${id}" failed in its ${stage}: ${why}`, {
      details: { head: id, stage },
      cause: error,
    });
  }
}

/** What a head makes of its model's outputs, held against its task. */
export function decodeOutputs(head: Head, outputs: Tensors, params: DecodeInput['params']): ReturnType<Head['decode']> {
  return inHead(head, 'decode', () => {
    const decoded = head.decode({ outputs, params, trained: head.trained });
    checkResult(head, decoded);
    return decoded;
  });
}
