/**
 * The environment of a process that this one forks. Under `node --watch` a program says which modules it imports, in
 * messages to its parent. A process that it forks would say so to the program, among its answers, and end with a stack
 * trace if the program restarts meanwhile.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, WATCH_REPORT_DEPENDENCIES: undefined };
}
