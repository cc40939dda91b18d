import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../workspace.js';

const TASK_FILE = fileURLToPath(new URL('packages/core/src/contract/head/task.ts', ROOT));
const LAST_TASK = /(?=\] as const;)/;

/** The files of the workspace that do not compile once `task` is added to the set of tasks, as paths from the root. */
export function findFilesThatNeed(task: string): string[] {
  const { fileNames, options } = readProject();
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (path === TASK_FILE ? addTask(readFile(path), task) : readFile(path));
  const program = ts.createProgram(fileNames, options, host);
  const files = program.getSemanticDiagnostics().map(({ file }) => file?.fileName ?? '');
  const root = fileURLToPath(ROOT);
  return [...new Set(files)].map((path) => path.slice(root.length)).toSorted();
}

function readProject() {
  const path = fileURLToPath(new URL('tsconfig.json', ROOT));
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { readonly config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(ROOT));
}

function addTask(source: string | undefined, task: string): string {
  const [before, after, ...rest] = (source ?? '').split(LAST_TASK);
  if (before === undefined || after === undefined || rest.length > 0)
    throw new Error(`${TASK_FILE} does not have one list of tasks that ends with "] as const;".`);
  return `${before}, '${task}'${after}`;
}
