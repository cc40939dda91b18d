/**
 * Returns the default export of the module at `url`. Of a module that was compiled to CommonJS, as TypeScript does it
 * in a package without `"type": "module"`, that is the default export of its source, which Node knows as a field of
 * `exports`.
 */
export async function importDefault(url: string): Promise<unknown> {
  const { default: exported } = (await import(url)) as { readonly default?: unknown };
  return isCompiled(exported) ? exported.default : exported;
}

function isCompiled(exported: unknown): exported is { readonly default?: unknown } {
  return typeof exported === 'object' && exported !== null && '__esModule' in exported && exported.__esModule === true;
}

/** What to do where `error` is Node's refusal to read TypeScript, after a full stop; empty for another error. */
export function adviseOnTypeScript(error: unknown): string {
  if (!(error instanceof Error && /^Unknown file extension "\.[cm]?tsx?"/.test(error.message))) return '';
  return (
    `. Node ${process.versions.node} reads no TypeScript; from 22.18 on, Node does. ` +
    'Name the compiled file, or set NODE_OPTIONS to a loader, such as `--import tsx`.'
  );
}
