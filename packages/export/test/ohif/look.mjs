// What look.sh runs: an archive with the files of a folder, OHIF before it, and a browser that opens one series.
import { spawn } from 'node:child_process';
import { readFile, readdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, picture, series] = process.argv.slice(2);
const DIST = join(process.cwd(), 'package/dist');
const PLUGIN = process.env.MEDZOO_ORTHANC_DICOMWEB ?? '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const ORTHANC = 'http://127.0.0.1:8142';
const OHIF = 'http://127.0.0.1:8143';
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

/** Roots without a host, so that all comes from one origin; no dialogue stands before the pictures. */
const CONFIG = {
  ...{ routerBasename: '/', showStudyList: true, extensions: [], modes: [], maxNumberOfWebWorkers: 2 },
  ...{ maxNumRequests: { interaction: 100, thumbnail: 75, prefetch: 25 }, defaultDataSourceName: 'dicomweb' },
  investigationalUseDialog: { option: 'never' },
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'dicomweb',
      configuration: {
        ...{ friendlyName: 'archive', name: 'archive' },
        ...{ wadoUriRoot: '/dicom-web', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web' },
        ...{ imageRendering: 'wadors', thumbnailRendering: 'wadors', enableStudyLazyLoad: true },
        ...{ supportsWildcard: true, bulkDataURI: { enabled: true } },
      },
    },
  ],
};

async function startArchive(home) {
  const settings = {
    ...{ StorageDirectory: home, IndexDirectory: home, HttpPort: 8142, RemoteAccessAllowed: false },
    ...{ AuthenticationEnabled: false, DicomServerEnabled: false, Plugins: [PLUGIN] },
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  await writeFile(join(home, 'orthanc.json'), JSON.stringify(settings));
  const child = spawn('Orthanc', [join(home, 'orthanc.json')], { stdio: 'ignore' });
  while (!(await fetch(`${ORTHANC}/system`).then((answer) => answer.ok, () => false))) await sleep(100); // prettier-ignore
  return child;
}

/** OHIF needs a page that is isolated from others, and Orthanc is asked for files in the syntax they are stored in. */
function startViewer() {
  return createServer(async (incoming, outgoing) => {
    outgoing.setHeader('cross-origin-opener-policy', 'same-origin');
    outgoing.setHeader('cross-origin-embedder-policy', 'require-corp');
    const path = new URL(incoming.url, OHIF).pathname;
    if (path.startsWith('/dicom-web')) {
      const { accept = '' } = incoming.headers;
      const isMultipart = accept.includes('multipart/related') && !accept.includes('transfer-syntax=*');
      const headers = { ...incoming.headers, accept: isMultipart ? `${accept}; transfer-syntax=*` : accept };
      const asked = request(new URL(incoming.url, ORTHANC), { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(asked);
      return;
    }
    if (path === '/app-config.js') {
      outgoing.setHeader('content-type', TYPES['.js']).end(`window.config = ${JSON.stringify(CONFIG)};`);
      return;
    }
    const file = join(DIST, normalize(path));
    const body = await readFile(file).catch(() => undefined);
    outgoing.setHeader('content-type', body ? (TYPES[extname(file)] ?? 'application/octet-stream') : TYPES['.html']);
    outgoing.end(body ?? (await readFile(join(DIST, 'index.html'))));
  }).listen(8143, '127.0.0.1');
}

/** Turns to the middle of `slices` pictures. */
async function takePicture(study, slices) {
  const { chromium } = createRequire(join(process.cwd(), 'package.json'))('playwright-core');
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const gl = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...gl] });
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    await page.goto(`${OHIF}/viewer?StudyInstanceUIDs=${study}`);
    await page.click('text=Skip all', { timeout: 120_000 }); // a tour
    await page.dblclick(`text=${series}`, { timeout: 120_000 });
    await sleep(8000);
    await page.mouse.move(700, 450);
    for (let at = 0; at < Math.floor(slices / 2); at += 1) {
      await page.mouse.wheel(0, 100);
      await sleep(300);
    }
    await sleep(3000);
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

const home = await mkdtemp(join(tmpdir(), 'medzoo-ohif-'));
const archive = await startArchive(home);
const viewer = startViewer();
try {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.dcm')) continue;
    await fetch(`${ORTHANC}/instances`, { method: 'POST', body: await readFile(join(folder, name)) });
  }
  const ask = async (path) => (await fetch(`${ORTHANC}/${path}`)).json();
  const [{ MainDicomTags: study }] = await ask('studies?expand');
  const slices = Math.max(...(await ask('series?expand')).map(({ Instances }) => Instances.length));
  await takePicture(study.StudyInstanceUID, slices);
  console.log(`${picture} shows the middle of the study with the series "${series}".`);
} finally {
  viewer.close();
  viewer.closeAllConnections();
  archive.kill();
  await new Promise((resolve) => archive.once('exit', resolve));
  await rm(home, { recursive: true, force: true });
}
