/** All styles of the landing page; the policy names them by their digest, so no other style applies. */
export const PAGE_STYLE = `
  :root { color-scheme: light dark; --ink: #1b2330; --soft: #56637a; --line: #d9dfe8; --card: #f6f8fb; --accent: #0b62a8; --on: #fff; --bad: #a3231b; --track: #dde3ec; --page: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8edf5; --soft: #a3afc2; --line: #2c3646; --card: #171e29; --accent: #6cb8f5; --on: #0f141c; --bad: #ff9d94; --track: #2a313d; --page: #0f141c; }
  }
  * { box-sizing: border-box; } [hidden] { display: none !important; }
  body { background: var(--page); font: 16px/1.55 system-ui, sans-serif; color: var(--ink); max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
  h1 { font-size: 1.9rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } h3 { margin: 0 0 .5rem; font-size: 1rem; }
  p { margin: .4rem 0; } .soft { color: var(--soft); } code { font-size: .9em; }
  a { color: var(--accent); } nav a { margin-right: 1.25rem; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .button { display: inline-block; padding: .45rem .9rem; border: 1px solid var(--accent); border-radius: .4rem; background: var(--accent); color: var(--on); font: inherit; text-decoration: none; cursor: pointer; }
  .button.plain { background: none; color: var(--accent); } :disabled .button { opacity: .5; cursor: default; }
  pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto; font-size: .85rem; }
  ul { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); }
  li, .report { border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; background: var(--card); }
  li h3 { margin: 0; } li p { overflow-wrap: anywhere; }

  #analyse-upload { scroll-margin-top: 1rem; } #analyse-results h2 { margin-top: 1rem; }
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  .drop { border: 2px dashed var(--line); border-radius: .5rem; background: var(--card); padding: 1rem; }
  .drop.over { border-color: var(--accent); border-style: solid; }
  .drop label { display: block; margin-bottom: .5rem; } .drop input { max-width: 100%; font: inherit; }
  ::file-selector-button { font: inherit; padding: .3rem .75rem; margin-right: .75rem; border: 1px solid var(--accent); border-radius: .4rem; background: none; color: var(--accent); cursor: pointer; }
  select { font: inherit; max-width: 100%; }
  .drop p { font-size: .875rem; margin: .5rem 0 0; }
  .preview { display: flex; align-items: end; gap: .75rem; flex-wrap: wrap; }
  .preview img { max-height: 9rem; max-width: 100%; border-radius: .25rem; margin-top: .75rem; background: #000; }
  .heads { margin: 1rem 0 .5rem; display: grid; gap: .35rem 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); }
  .heads legend { font-weight: 600; padding: 0; margin-bottom: .35rem; }
  .heads small { display: block; }
  .heads label, .row { display: flex; gap: .6rem; align-items: baseline; } .heads input, .row input { flex: none; accent-color: var(--accent); }
  .actions { display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; margin: 1rem 0 .5rem; } progress { width: 8rem; }
  .refusal { border-left: 3px solid var(--accent); padding-left: .6rem; }
  .fault { color: var(--bad); overflow-wrap: anywhere; } .fault code { font-weight: 600; }

  .result { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; margin-top: .5rem; } .result > .reports { margin-top: .5rem; }
  figure { margin: 0; } .shown { position: sticky; top: 0; padding: .5rem 0; } .shown:has(.view) .stage { --tall: max(45vh, 100vh - 17rem); }
  .stage { position: relative; background: #000; border-radius: .5rem; overflow: hidden; width: 100%; max-width: calc(var(--tall) * var(--ratio)); --tall: 80vh; }
  @media (max-width: 48rem) {
    .result { grid-template-columns: minmax(0, 1fr); gap: .5rem; } .stage { margin: 0 auto; }
    .stage, .shown:has(.view) .stage { --tall: 45vh; }
    .shown { display: contents; }
    .shown figure { position: sticky; top: 0; padding: .5rem 0; background: var(--page); z-index: 1; }
  }
  /* On a low screen, such as a phone on its side or a page at 200 %, a picture that stays would hide the answers. */
  @media (max-height: 32rem) { .shown, .shown figure { position: static; } }
  .waiting { opacity: .35; transition: opacity 0s .25s; }
  @media (forced-colors: active) {
    .swatch, .bar, .bar span, .stage * { forced-color-adjust: none; }
    .button[aria-pressed=true] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  }
  .stage img, .stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  .stage .mask { z-index: 1; } .stage.bare canvas { display: none; } .stage.draggable { cursor: move; touch-action: none; }
  .stage .point { position: absolute; z-index: 2; width: 1.1rem; height: 1.1rem; margin: -.55rem 0 0 -.55rem; border: 2px solid var(--colour); border-radius: 50%; box-shadow: 0 0 0 1px #000, inset 0 0 0 1px #000; pointer-events: none; } .stage.bare .point { display: none; }
  .stage.pointing { cursor: crosshair; touch-action: none; } .stage.bare .prompt { display: none; }
  .stage .prompt { position: absolute; z-index: 3; pointer-events: none; border: 2px solid #fff; }
  .stage .prompt { box-shadow: 0 0 0 1px #000, inset 0 0 0 1px #000; }
  .stage .prompt.on, .stage .prompt.beside { min-width: .8rem; min-height: .8rem; margin: -.4rem 0 0 -.4rem; }
  .stage .prompt.on { border-radius: 50%; background: #1a7f37; } .stage .prompt.beside { background: #c0281f; }
  .stage .cross { position: absolute; z-index: 4; width: 1.6rem; height: 1.6rem; margin: -.8rem 0 0 -.8rem; }
  .stage .cross { pointer-events: none; mix-blend-mode: difference; --bar: linear-gradient(#fff, #fff) center; }
  .stage .cross { background: var(--bar) / 2px 100% no-repeat, var(--bar) / 100% 2px no-repeat; }
  .button[aria-pressed=true] { background: var(--accent); color: var(--on); }
  .button:disabled { opacity: .5; cursor: default; }
  .view { padding: .5rem 0; } .view .frames { width: 100%; accent-color: var(--accent); } .view .actions { margin: .25rem 0; } .downloads a { margin-right: .75rem; }
  .reports { display: grid; gap: .75rem; } .report h3 { margin: 0; } .small { font-size: .875rem; }
  .row { margin: .4rem 0; } .row small { display: block; color: var(--soft); font-size: .875rem; }
  .row > i { width: 13px; flex: none; } .row input { width: 13px; margin: 0; }
  .swatch { flex: none; width: .9em; height: .9em; border: 2px solid var(--colour); border-radius: .2em; background: var(--colour); align-self: start; margin-top: .32em; }
  .swatch.empty { background: none; }
  .score { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 3.5rem; gap: .6rem; align-items: center; color: var(--soft); }
  .score.best { color: var(--ink); font-weight: 600; } .score > :last-child { text-align: right; }
  .bar { height: .7em; border-radius: .35em; background: var(--track); overflow: hidden; } .bar span { display: block; height: 100%; background: var(--soft); }
  .best .bar span { background: var(--accent); } .name { overflow-wrap: anywhere; }
  .mark { font-size: .75rem; font-weight: 400; border: 1px solid currentcolor; border-radius: .6em; padding: 0 .4em; white-space: nowrap; }
`;
