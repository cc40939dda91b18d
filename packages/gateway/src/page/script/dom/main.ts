import { askGateway, type AskedHead } from '../requests/ask-gateway.js';
import { countColours, describeAnswers } from '../answers/describe-answers.js';
import { faultOf, PageError } from '../requests/fault.js';
import { formatDuration, formatFileSize } from '../answers/format.js';
import { previewPath, type ShownView } from '../pictures/medical-view.js';
import { type Analysis, type AnalysisResult, placeOf, runAnalysis } from '../requests/run-analysis.js';
import { acceptDrops, previewChoice } from './choose-file.js';
import { createElement } from './create-element.js';
import { createDownloads } from './create-downloads.js';
import { findHeadBoxes, findParts, findPromptedHeads } from './find-parts.js';
import { createPartChooser } from './part-chooser.js';
import { createPromptCard } from './prompt-card.js';
import { clearFault, createFaultPlace, showFault, showHint } from './show-fault.js';
import { createSeriesPanel } from './series-panel.js';
import { createReports } from './show-reports.js';
import { toShowable } from './to-showable.js';
import { createViewControls } from './view-controls.js';
import { createViewer } from './viewer.js';

const TICK_MS = 100;

const parts = findParts();
const prompted = findPromptedHeads(parts);
const requests = askGateway(location.origin);
const chooser = createPartChooser(parts.upload, (uploaded, part) => void analyze({ uploaded, part }));
/** Of the run that is shown or running: the next one aborts it, its pictures included. */
let current = new AbortController();
let shownUrl: string | undefined;

acceptDrops(parts);
previewChoice(parts);
parts.form.addEventListener('submit', (event) => {
  event.preventDefault();
  void analyze();
});
parts.stop.addEventListener('click', () => current.abort());
parts.file.addEventListener('change', forgetRun);
parts.needsScript.hidden = true;
parts.fields.disabled = false;

async function analyze(again?: Pick<Analysis, 'view' | 'uploaded' | 'part'>): Promise<void> {
  const file = parts.file.files?.[0];
  const headIds = findHeadBoxes(parts).flatMap(({ checked, value }) => (checked ? [value] : []));
  clearFault(parts.uploadFault);
  clearFault(parts.headsFault);
  if (!file) showHint(parts.uploadFault, 'Choose an image first, or drop one here.');
  const isAnyoneAsked = headIds.length > 0 || prompted.length > 0;
  if (!isAnyoneAsked) showHint(parts.headsFault, 'Tick at least one head.');
  if (!file || !isAnyoneAsked) return;

  current.abort();
  const run = (current = new AbortController());
  clearResults();
  if (!again) chooser.clear();
  const progress = startProgress(`Uploading ${formatFileSize(file.size)}`);
  try {
    const maxBytes = Number(parts.form.dataset.maxBytes);
    const asked = { file, headIds, maxBytes, ...again };
    const result = await runAnalysis(asked, requests, run.signal, (uploaded, part) => {
      progress.tell('Analysing');
      chooser.show(uploaded, part);
    });
    const showable = await toShowable(file);
    run.signal.throwIfAborted(); // another image may have been chosen meanwhile
    showResult(result, showable, run.signal);
    progress.end(`Done in ${formatDuration(result.uploadMs + result.analyzeMs)}.`);
  } catch (error) {
    if (run !== current) progress.leave();
    else if (run.signal.aborted) progress.end('Stopped.');
    else {
      progress.end('No answer: see the message above.');
      const isOfUpload = error instanceof PageError && error.stage === 'upload';
      showFault(isOfUpload ? parts.uploadFault : parts.headsFault, faultOf(error));
    }
  }
}

/** The words are read out when they change; the seconds are not. */
function startProgress(words: string) {
  const startedAt = performance.now();
  const seconds = createElement('span', { 'aria-hidden': 'true' });
  const tick = (): void => void (seconds.textContent = ` ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  const tell = (said: string): void => parts.status.replaceChildren(`${said} …`, seconds);
  const timer = setInterval(tick, TICK_MS);
  const setRunning = (isRunning: boolean): void => {
    if (!isRunning && document.activeElement === parts.stop) parts.submit.focus();
    parts.stop.hidden = !isRunning;
    parts.progress.hidden = !isRunning;
  };
  setRunning(true);
  tell(words);
  return {
    tell,
    /** Another run shows its own. */
    leave: (): void => clearInterval(timer),
    end(said: string): void {
      clearInterval(timer);
      setRunning(false);
      parts.status.replaceChildren(said);
    },
  };
}

/**
 * Another image is chosen, and its picture stands above: what was found in the one before, or failed, would seem to be
 * of it.
 */
function forgetRun(): void {
  current.abort();
  clearResults();
  clearFault(parts.headsFault);
  chooser.clear();
  parts.status.replaceChildren();
}

function clearResults(): void {
  parts.results.hidden = true;
  parts.results.replaceChildren();
  if (shownUrl !== undefined) URL.revokeObjectURL(shownUrl);
  shownUrl = undefined;
}

function showResult(result: AnalysisResult, showable: Blob, signal: AbortSignal): void {
  const { image, images, uploaded, part, series, answers, uploadMs, analyzeMs, view, facts } = result;
  const pathOf = (shown: ShownView): string => {
    const place = placeOf(images, shown);
    return previewPath(place.image.id, place.view);
  };
  shownUrl = facts ? undefined : URL.createObjectURL(showable);
  const viewer = createViewer(image, shownUrl ?? pathOf(view));
  const told = new Map(findHeadBoxes(parts).map(({ value, dataset }) => [value, dataset]));
  const fetchPicture = (url: string) => requests.fetchPicture(url, signal);
  const described = describeAnswers(answers);
  const usedColours = countColours(described);
  const reports = createReports(described, {
    viewer,
    tellHead(headId) {
      const { title = headId, trainedFor = '' } = told.get(headId) ?? {};
      return { title, trainedFor };
    },
    fetchPicture,
    async askAnyway(headId) {
      const heads = [{ id: headId }];
      const [answer] = await requests.analyze(image.id, heads, signal, placeOf(images, view).view, 'WARN');
      return describeAnswers([answer!], usedColours)[0]!;
    },
    ...(facts && {
      offerFiles: (headId: string) => {
        const files = offerFiles(image.id, { id: headId }, placeOf(images, view).view, signal);
        const all = series && createSeriesPanel(series, { headId, window: view.window }, signal);
        return all ? createElement('div', {}, files, all) : files;
      },
    }),
  });
  const column = createElement('div', { class: 'shown' }, viewer.element);
  if (facts) {
    const seen = answers.flatMap((answer) =>
      'provenance' in answer && answer.provenance ? [answer.provenance.view.window] : [],
    );
    const usual = facts.windows[0] ?? seen.find((window) => window !== null) ?? null;
    const file = {
      pathOf,
      facts,
      analysed: view,
      usual,
      areAsStored: seen.length > 0 && usual === null,
      onAnalyse: (next: ShownView) => void analyze({ view: next, uploaded, part }),
    };
    column.append(createViewControls(viewer, file));
  }
  const cards = prompted.map((head, index) => {
    const place = placeOf(images, view).view;
    return createPromptCard(head, {
      ...{ viewer, size: image, fetchPicture },
      // Where dragging changes the window or scrolls the page, a person says when it means a box.
      isOn: index === 0 && !facts && matchMedia('(pointer: fine)').matches,
      usedColours: usedColours + index,
      ask: (asked) => requests.analyze(image.id, [asked], signal, place),
      ...(facts && { offerFiles: (asked: AskedHead) => offerFiles(image.id, asked, place, signal) }),
    });
  });
  const ofFrame = facts && facts.frames > 1 ? `, frame ${view.frame + 1} of ${facts.frames}` : '';
  const times = `upload ${formatDuration(uploadMs)}, analysis ${formatDuration(analyzeMs)}`;
  parts.results.replaceChildren(
    createElement('h2', {}, 'What the heads found'),
    createElement(
      'p',
      {},
      createElement('strong', {}, 'Not for diagnosis.'),
      ` ${image.width} × ${image.height} px${ofFrame}; ${times}.`,
    ),
    createElement('div', { class: 'result' }, column, createElement('div', { class: 'reports' }, ...reports, ...cards)),
  );
  parts.results.hidden = false;
  parts.upload.scrollIntoView({ block: 'start' }); // it stands above the results
}

/** Links that come when the gateway has said which there are. */
function offerFiles(imageId: string, head: AskedHead, view: ShownView, signal: AbortSignal): HTMLElement {
  const place = createElement('div');
  requests.listExports(imageId, head, view, signal).then(
    (files) => place.append(createDownloads(files)),
    (error: unknown) => {
      if (signal.aborted) return;
      const fault = createFaultPlace();
      place.append(fault);
      showFault(fault, faultOf(error));
    },
  );
  return place;
}
