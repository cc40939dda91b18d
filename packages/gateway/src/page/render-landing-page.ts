import type { HeadDescription } from '@medzoo/core';
import { headsWithoutPrompts } from './example-queries.js';

/** The page is text and styles: nothing in it runs, whatever a head calls itself. */
export const LANDING_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const STYLE = `
  :root { color-scheme: light dark; --ink: #1b2330; --soft: #56637a; --line: #d9dfe8; --card: #f6f8fb; --accent: #0b62a8; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8edf5; --soft: #a3afc2; --line: #2c3646; --card: #171e29; --accent: #6cb8f5; }
    body { background: #0f141c; }
  }
  body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
  h1 { font-size: 1.9rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
  p { margin: .4rem 0; } .soft { color: var(--soft); }
  a { color: var(--accent); } nav a { margin-right: 1.25rem; }
  .button { display: inline-block; padding: .45rem .9rem; border-radius: .4rem; background: var(--accent); color: #fff; text-decoration: none; }
  @media (prefers-color-scheme: dark) { .button { color: #0f141c; } }
  pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto; font-size: .85rem; }
  ul { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
  li { border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; background: var(--card); }
  li h3 { margin: 0; font-size: 1rem; } code { font-size: .9em; }
`;

/** What this gateway answers, and the two requests that show it. `origin` is how the reader reached it. */
export function renderLandingPage(heads: readonly HeadDescription[], origin: string): string {
  const [first = 'HEAD'] = headsWithoutPrompts(heads);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>medzoo</title>
<style>${STYLE}</style>
</head>
<body>
<h1>medzoo</h1>
<p class="soft">Upload a medical image, ask any head about it in GraphQL. For research: not a medical device.</p>
<p style="margin-top:1.25rem"><a class="button" href="/graphql">Open the GraphQL editor</a></p>

<h2>Try it</h2>
<pre>${escapeHtml(exampleCommands(origin, first))}</pre>

<h2>Heads</h2>
<ul>
${heads.map(renderHead).join('\n')}
</ul>

<h2>For machines</h2>
<nav><a href="/health">/health</a><a href="/ready">/ready</a><a href="/metrics">/metrics</a></nav>
</body>
</html>
`;
}

/** Works in a POSIX shell with curl and sed, and no more: `-d @-` joins the lines, so the query may have several. */
function exampleCommands(origin: string, head: string): string {
  return `# upload; the id is the SHA-256 of the file
ID=$(curl -s --data-binary @image.png ${origin}/images | sed 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/')

# ask
curl -s ${origin}/graphql -H 'content-type: application/json' -d @- <<JSON
{ "query": "{
    image(id: \\"$ID\\") {
      analyze(heads: [{ id: \\"${head}\\" }]) {
        ... on SegmentationAnswer { masks { label presence areaFraction url } }
        ... on ClassificationAnswer { label scores { label probability } }
        ... on HeadFailure { code message }
      }
    }
  }" }
JSON`;
}

function renderHead({ manifest, trained }: HeadDescription): string {
  const { id, title, task, intendedUse, modalities } = manifest;
  const labels = trained.labels.join(', ');
  return `<li>
<h3>${escapeHtml(title)}</h3>
<p class="soft"><code>${escapeHtml(id)}</code> &middot; ${escapeHtml([task, ...modalities].join(', '))}</p>
<p>${escapeHtml(intendedUse)}</p>
<p class="soft">${escapeHtml(labels)}</p>
</li>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
