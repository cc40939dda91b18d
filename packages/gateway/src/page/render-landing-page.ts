import { createHash } from 'node:crypto';
import { type HeadDescription, kindsOf } from '@medzoo/core';
import { answerFragments } from './answer-fields.js';
import { escapeHtml } from './escape-html.js';
import { headsWithoutPrompts } from './example-queries.js';
import { PAGE_STYLE } from './page-style.js';
import { renderAnalyseForm, type UploadLimits } from './render-analyse-form.js';

/** Under which the page's script is served. */
export const SCRIPT_PATH = '/page/';

/**
 * The page's own script and styles, whatever a head calls itself; it asks this gateway and no other, and no form leaves
 * it.
 */
export const LANDING_PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/**
 * What this gateway answers: a form to put an image in, and the two requests that do the same. `origin` is how the
 * reader reached it.
 */
export function renderLandingPage(heads: readonly HeadDescription[], origin: string, limits: UploadLimits): string {
  const [first = 'HEAD'] = headsWithoutPrompts(heads);
  const script = heads.length > 0 ? `\n<script type="module" src="${SCRIPT_PATH}dom/main.js"></script>` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>medzoo</title>
<link rel="icon" href="${SCRIPT_PATH}icon.svg">
<style>${PAGE_STYLE}</style>${script}
</head>
<body>
<header>
<h1>medzoo</h1>
<p class="soft">Put a medical image in, ask any head about it. For research: not a medical device.</p>
</header>

<main>
<h2>Analyse an image</h2>
${renderAnalyseForm(heads, limits)}

<h2>In a program</h2>
<p><a class="button" href="/graphql">Open the GraphQL editor</a></p>
<pre tabindex="0">${escapeHtml(exampleCommands(origin, first))}</pre>

<h2>Heads</h2>
<ul>
${heads.map(renderHead).join('\n')}
</ul>
</main>

<footer>
<h2>For machines</h2>
<nav><a href="/health">/health</a><a href="/ready">/ready</a><a href="/metrics">/metrics</a></nav>
</footer>
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
        ${answerFragments('short', '        ')}
        ... on OutOfDomain { nearest message }
        ... on HeadFailure { code message }
      }
    }
  }" }
JSON`;
}

function renderHead({ manifest, trained }: HeadDescription): string {
  const { id, title, task, intendedUse, modalities } = manifest;
  const labels = trained.labels.join(', ');
  const kinds = kindsOf(trained.domains);
  const home =
    kinds.length > 0
      ? `\n<p class="soft">Answers about images of this kind only: ${escapeHtml(kinds.join(', '))}.</p>`
      : '';
  return `<li>
<h3>${escapeHtml(title)}</h3>
<p class="soft"><code>${escapeHtml(id)}</code> &middot; ${escapeHtml([task, ...modalities].join(', '))}</p>
<p>${escapeHtml(intendedUse)}</p>
<p class="soft">${escapeHtml(labels)}</p>${home}
</li>`;
}
