import type { Backend, Encoder, Head, ModelFile, Session } from '../../contract/index.js';
import { filesOfModel, referenceOf } from '../../contract/model/model-files.js';
import type { SessionPool } from '../../sessions/memory/session-pool.js';

/** A model of a zoo, which may have several files. */
export type RunModelOf = Pick<Encoder, 'id' | 'trained'> | Pick<Head, 'manifest' | 'trained'>;

/**
 * Which of its files each model of a zoo runs. Embeddings and answers are kept by the digests of these files, so an
 * encoder's is asked for before an image is encoded, and each again when its model has run.
 */
export interface RunningFiles {
  /** The file that this model runs, or ran last; undefined if it was never open and might run one or another. */
  known(model: RunModelOf): ModelFile | undefined;
  /** As `known`; opens a model of which it is not known. Rejects as opening it does. */
  find(model: RunModelOf, signal?: AbortSignal): Promise<ModelFile>;
  /** The file that this session of the model runs, which is then known. */
  of(model: RunModelOf, session: Session): ModelFile;
}

export function createRunningFiles(
  sessions: Pick<SessionPool, 'use'>,
  backend: Pick<Backend, 'filesOf'>,
): RunningFiles {
  const last = new Map<string, ModelFile>();

  function known(model: RunModelOf): ModelFile | undefined {
    const ran = last.get(nameOf(model));
    if (ran) return ran;
    const spec = filesOfModel(model.trained);
    const [first = referenceOf(spec), ...others] = backend.filesOf?.(spec) ?? [];
    return others.length === 0 ? first : undefined;
  }

  function of(model: RunModelOf, session: Session): ModelFile {
    const file = session.file ?? referenceOf(filesOfModel(model.trained));
    last.set(nameOf(model), file);
    return file;
  }

  return {
    known,
    of,
    async find(model, signal) {
      const file = known(model);
      if (file) return file;
      // Opening says on which provider it runs.
      const look = (session: Session): Promise<ModelFile> => Promise.resolve(of(model, session));
      return sessions.use(filesOfModel(model.trained), look, signal);
    },
  };
}

/** A head and an encoder may have the same id. */
function nameOf(model: RunModelOf): string {
  return 'manifest' in model ? `head ${model.manifest.id}` : `encoder ${model.id}`;
}
