import GithubSlugger from 'github-slugger';

/** Code is not prose: what looks like a link or a heading in it is none. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()#]/g, ' '));
}

/** Where the links and pictures of a document lead, places in itself among them. */
export function readLinks(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** The anchors that GitHub gives to the headings of a document. */
export function readAnchors(markdown: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const headings = markdown.replace(/^```[^]*?^```$/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set([...headings].map(([, text]) => slugger.slug(text!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))));
}

/** The files and folders that a document names in code: `zoo/create-zoo.ts`, `zoo/`. */
export function readPaths(markdown: string): string[] {
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\.ts|\/))`/g)].map(([, path]) => path!);
}
