import { isZooError, ZooError, type Session, type Tensor, type Tensors } from '../../contract/index.js';

interface FailedRun {
  readonly session: Session;
  readonly feeds: Tensors;
  /** The head or the encoder, as a message begins. */
  readonly what: string;
}

/** Whether a model gives numbers that are not finite for zeros too; it is asked once. */
const known = new WeakMap<Session, Promise<boolean>>();

/**
 * Says whose fault it is when a run gives NaN or an infinity. A model that does so for inputs of zeros as well has a
 * weight that is not finite, or divides by zero: that is its author's fault, MODEL_MISMATCH, and no other image will
 * do. Else it stays INFERENCE_FAILED.
 */
export async function explainNotFinite<T>(run: Promise<T>, { session, feeds, what }: FailedRun): Promise<T> {
  try {
    return await run;
  } catch (error) {
    if (!isNotFinite(error)) throw error;
    const always = known.get(session) ?? isNeverFinite(session, feeds);
    known.set(session, always);
    if (!(await always)) throw error;
    const { output, value } = error.details;
    throw new ZooError(
      'MODEL_MISMATCH',
      `${what}: finite numbers were expected, and its model gives ${value as string} in its output ` +
        `"${output as string}" even where every input is zero. A weight is not finite, or the graph divides by ` +
        'zero: look at the weights, and export the model again.',
      { details: { ...error.details, provider: session.provider }, cause: error },
    );
  }
}

async function isNeverFinite(session: Session, feeds: Tensors): Promise<boolean> {
  const zeros = Object.entries(feeds).map(([name, tensor]) => [name, zerosLike(tensor)]);
  try {
    await session.run(Object.fromEntries(zeros) as Tensors);
    return false;
  } catch (error) {
    return isNotFinite(error);
  }
}

function zerosLike({ dtype, shape, data }: Tensor): Tensor {
  const Data = data.constructor as new (length: number) => Tensor['data'];
  return { dtype, shape, data: new Data(data.length) } as Tensor;
}

/** As every session says it of a run whose outputs hold NaN or an infinity. */
function isNotFinite(error: unknown): error is ZooError {
  return (
    isZooError(error) && error.code === 'INFERENCE_FAILED' && 'output' in error.details && 'value' in error.details
  );
}
