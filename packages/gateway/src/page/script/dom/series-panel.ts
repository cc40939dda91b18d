import {
  askSeries,
  describeUnanswered,
  describeVolume,
  type SeriesAsked,
  type SeriesProgress,
} from '../requests/ask-series.js';
import { faultOf } from '../requests/fault.js';
import { createDownloads } from './create-downloads.js';
import { createElement } from './create-element.js';
import { clearFault, createFaultPlace, showFault } from './show-fault.js';

const LOOK_EVERY_MS = 500;

const requests = askSeries(location.origin);

/** A button that has a head look at every picture of a series, with progress; then its volumes and its files. */
export function createSeriesPanel(
  { id, frameCount }: { readonly id: string; readonly frameCount: number },
  asked: SeriesAsked,
  signal: AbortSignal,
): HTMLElement {
  const begin = createElement(
    'button',
    { type: 'button', class: 'button plain' },
    `Analyse all ${frameCount} pictures`,
  );
  const stop = createElement('button', { type: 'button', class: 'button plain', hidden: true }, 'Stop');
  const bar = createElement('progress', { max: frameCount, value: 0, hidden: true, 'aria-label': 'Whole series' });
  const words = createElement('span', { class: 'soft small', role: 'status' });
  const results = createElement('div', { class: 'small' });
  const fault = createFaultPlace();
  let running: string | undefined;

  const show = (progress: SeriesProgress): void => {
    bar.value = progress.framesDone;
    words.textContent = `${progress.framesDone} of ${progress.framesTotal}`;
  };
  const run = async (): Promise<void> => {
    let progress = await requests.start(id, asked, signal);
    while (progress.state === 'RUNNING') {
      running = progress.id;
      show(progress);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      signal.throwIfAborted();
      progress = await requests.look(progress.id, signal);
    }
    show(progress);
    const { state, message, volumes } = progress;
    if (state !== 'DONE') {
      words.textContent = message ?? 'Stopped.';
      return;
    }
    words.textContent += describeUnanswered(progress);
    const files = await requests.listExports(id, asked, signal);
    results.replaceChildren(
      ...volumes.map((volume) => createElement('p', {}, describeVolume(volume))),
      createDownloads(files, `Download, all ${frameCount} pictures: `),
    );
  };
  begin.addEventListener('click', () => {
    clearFault(fault);
    setRunning(true);
    run()
      .catch((error: unknown) => {
        if (!signal.aborted) showFault(fault, faultOf(error));
      })
      .finally(() => setRunning(false));
  });
  stop.addEventListener('click', () => {
    if (running !== undefined) requests.cancel(running, signal).catch(() => undefined); // looking tells what came of it
  });
  const setRunning = (isRunning: boolean): void => {
    begin.hidden = isRunning;
    stop.hidden = !isRunning;
    bar.hidden = !isRunning;
  };
  return createElement('div', {}, createElement('p', { class: 'actions' }, begin, stop, bar, words), fault, results);
}
