import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../workspace.js';

/** The faults that TypeScript finds in these files, as a user of the built packages would see them. */
export function findTypeFaults(files: readonly URL[]): string[] {
  const config = ts.readConfigFile(fileURLToPath(new URL('tsconfig.base.json', ROOT)), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, fileURLToPath(ROOT));
  const program = ts.createProgram(
    files.map((file) => fileURLToPath(file)),
    // What is shown may be there for its own sake, and is not used further.
    { ...options, customConditions: [], noEmit: true, noUnusedLocals: false, noUnusedParameters: false },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName ?? ''}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

/** TypeScript to JavaScript, without a look at the types. */
export function stripTypes(code: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
