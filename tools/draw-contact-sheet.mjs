// What `npm run contact-sheet` calls: runs the demo on the synthetic samples, each head on images of its own kind, and
// puts its pictures side by side for the README.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Rows of the sheet: a head and the samples that it is for. */
const ROWS = [
  [
    ['automed', 'chest-film.png'],
    ['automed', 'fetal-head.png'],
    ['automed', 'nuclei-fluorescence.tif'],
    ['automed', 'foot-ulcer.jpg'],
  ],
  [
    ['automed', 'polyp.webp'],
    ['automed', 'nuclei-stained.png'],
    ['breast-ultrasound', 'breast-scan.png'],
    ['brain-mri', 'brain-slice.png'],
  ],
];
const TILE = { width: 400, height: 400 };
const GAP = 8;
/** That of the captions which the demo draws. */
const BACKGROUND = '#14181f';

const folder = mkdtempSync(join(tmpdir(), 'medzoo-contact-sheet-'));
try {
  const pairs = ROWS.flat();
  for (const head of new Set(pairs.map(([id]) => id))) {
    const images = pairs.filter(([id]) => id === head).map(([, image]) => at(`tools/samples/images/${image}`));
    const args = [
      'analyze',
      '--config',
      at('medzoo.config.mjs'),
      '--heads',
      head,
      '--out',
      join(folder, head),
      ...images,
    ];
    const { status } = spawnSync(process.execPath, [at('packages/cli/bin/medzoo.js'), ...args], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`medzoo analyze --heads ${head} ended with ${status}.`);
  }
  const tiles = ROWS.flatMap((row, y) =>
    row.map(async ([head, image], x) => ({
      input: await sharp(join(folder, head, `${parse(image).name}.${head}.png`))
        .resize({ ...TILE, fit: 'contain', background: BACKGROUND })
        .toBuffer(),
      left: x * (TILE.width + GAP),
      top: y * (TILE.height + GAP),
    })),
  );
  const width = ROWS[0].length * (TILE.width + GAP) - GAP;
  const height = ROWS.length * (TILE.height + GAP) - GAP;
  const file = at('docs/contact-sheet.webp');
  await sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite(await Promise.all(tiles))
    .webp({ quality: 82 })
    .toFile(file);
  console.log(`${file} is written. Look at it before you commit it.`);
} finally {
  rmSync(folder, { recursive: true });
}
