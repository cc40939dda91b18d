import type { HeadAnswer } from '../requests/analyze-query.js';
import type { AskedHead } from '../requests/ask-gateway.js';
import { describeAnswers } from '../answers/describe-answers.js';
import { PageError } from '../requests/fault.js';
import { createLoader } from '../requests/load-latest.js';
import {
  boxBetween,
  describePrompts,
  NOTHING_SHOWN,
  paramsFor,
  placeAt,
  type PromptedHead,
  type Prompts,
} from '../prompts/prompts.js';
import { createElement } from './create-element.js';
import { clearFault, createFaultPlace, showFault } from './show-fault.js';
import { createReport, type ReportParts } from './show-reports.js';
import type { Pointing, Viewer } from './viewer.js';

export interface PromptParts {
  readonly viewer: Viewer;
  /** Of the image that is pointed at. */
  readonly size: { readonly width: number; readonly height: number };
  /** Whether clicks are prompts from the start. */
  readonly isOn: boolean;
  /** So many masks over the image have a colour already. */
  readonly usedColours: number;
  /** Rejects with a `PageError`. */
  readonly ask: (head: AskedHead) => Promise<readonly HeadAnswer[]>;
  readonly fetchPicture: ReportParts['fetchPicture'];
  readonly offerFiles?: (head: AskedHead) => HTMLElement;
}

/** What came of asking; undefined where there was nothing to ask. */
type Reply = { readonly answers: readonly HeadAnswer[]; readonly asked: AskedHead } | PageError | undefined;

/** A card for a head that has to be shown where to look: clicks and drags over the picture ask it, each time anew. */
export function createPromptCard(head: PromptedHead, parts: PromptParts): HTMLElement {
  const { viewer, size } = parts;
  const words = createElement('p', { class: 'soft', role: 'status' });
  const [toggle, undo, clear] = [createButton('Point at the picture'), createButton('Undo'), createButton('Clear')];
  const beside = createElement('input', { type: 'checkbox' });
  const besides = createElement('label', { class: 'row' }, beside, 'The next points are beside the object');
  let history: readonly Prompts[] = [];
  let marks: readonly HTMLElement[] = [];
  const shown = (): Prompts => history.at(-1) ?? NOTHING_SHOWN;
  const say = (more = ''): void => void (words.textContent = `${describePrompts(head, shown())}${more}`);
  const answer = createAnswer(head, parts, shown, (isWaiting) => say(isWaiting ? ' Asking …' : ''));

  const change = (next: readonly Prompts[]): void => {
    history = next;
    for (const mark of marks) mark.remove();
    marks = mark(viewer, shown());
    undo.disabled = clear.disabled = history.length === 0;
    answer.ask(shown());
  };
  const add = (prompts: Prompts): void => change([...history, prompts]);
  const pointing: Pointing = {
    onPoint(at, isBeside) {
      const { points } = shown();
      if (!head.points) return;
      const { most } = head.points;
      if (points.length >= most) say(` This head takes at most ${most} ${most === 1 ? 'point' : 'points'}.`);
      else add({ ...shown(), points: [...points, { ...placeAt(at, size), positive: !(isBeside || beside.checked) }] });
    },
    onBox(from, to) {
      const box = head.box === null ? null : boxBetween(from, to, size);
      if (box) add({ ...shown(), box });
    },
    onUndo: () => change(history.slice(0, -1)),
    onOtherPicture: () => (words.textContent = 'Press “Analyse this frame” first: answers are about the frame before.'),
    onEnd: () => toggle.setAttribute('aria-pressed', 'false'),
  };
  const setOn = (isOn: boolean): void => {
    viewer.setPointing(isOn ? pointing : undefined);
    toggle.setAttribute('aria-pressed', String(isOn));
  };
  toggle.addEventListener('click', () => setOn(toggle.getAttribute('aria-pressed') !== 'true'));
  undo.addEventListener('click', () => pointing.onUndo());
  clear.addEventListener('click', () => change([]));
  setOn(parts.isOn);
  change([]);
  return createElement(
    'article',
    { class: 'report prompted' },
    createElement('h3', {}, head.title),
    createElement('p', { class: 'soft small' }, head.trainedFor),
    createElement('p', { class: 'actions' }, toggle, undo, clear),
    words,
    ...(head.points && head.points.most > 1 ? [besides] : []),
    answer.element,
  );
}

function createButton(name: string): HTMLButtonElement {
  return createElement('button', { type: 'button', class: 'button plain' }, name);
}

function mark(viewer: Viewer, { points, box }: Prompts): readonly HTMLElement[] {
  return [
    ...(box ? [viewer.addPrompt('box', box)] : []),
    ...points.map((point) => viewer.addPrompt(point.positive ? 'on' : 'beside', point)),
  ];
}

/**
 * Where answers are shown: one request at a time, and then for what is shown last. The answer to the prompts before is
 * faint until then, and gone where there is no other.
 */
function createAnswer(
  head: PromptedHead,
  parts: PromptParts,
  shown: () => Prompts,
  tellWaiting: (isWaiting: boolean) => void,
) {
  const { viewer, ask, offerFiles, usedColours, fetchPicture } = parts;
  const place = createElement('div');
  const fault = createFaultPlace();
  const again = createButton('Ask again');
  const drawn = new Drawn(viewer);
  const setWaiting = (isWaiting: boolean): void => {
    place.classList.toggle('waiting', isWaiting);
    drawn.setWaiting(isWaiting);
    tellWaiting(isWaiting);
  };
  const clear = (): void => {
    clearFault(fault);
    again.hidden = true;
  };
  const show = (reply: Reply): void => {
    setWaiting(false);
    clear();
    if (!reply || reply instanceof PageError) drawn.replace(place, () => []);
    if (reply instanceof PageError) {
      showFault(fault, reply.fault);
      again.hidden = false;
    }
    if (!reply || reply instanceof PageError) return;
    const { answers, asked } = reply;
    const files = offerFiles && { offerFiles: () => offerFiles(asked) };
    drawn.replace(place, (viewerOfAnswer) =>
      describeAnswers(answers, usedColours).flatMap((report) =>
        createReport(report, { viewer: viewerOfAnswer, fetchPicture, ...files }),
      ),
    );
  };
  const load = createLoader(
    async (prompts: Prompts): Promise<Reply> => {
      const params = paramsFor(head, prompts);
      if (!params) return undefined;
      const asked = { id: head.id, params };
      try {
        return { answers: await ask(asked), asked };
      } catch (error) {
        if (error instanceof PageError) return error;
        throw error;
      }
    },
    {
      show(reply, prompts) {
        if (prompts === shown()) show(reply);
      },
      fail: () => undefined, // the image that was pointed at is shown no more
    },
  );
  const askFor = (prompts: Prompts): void => {
    clear();
    setWaiting(paramsFor(head, prompts) !== undefined);
    load(prompts);
  };
  clear();
  again.addEventListener('click', () => askFor(shown()));
  return { element: createElement('div', {}, fault, again, place), ask: askFor };
}

/** What the last answer has put over the picture: the next one takes it away. */
class Drawn {
  #layers: HTMLElement[] = [];

  constructor(private readonly viewer: Viewer) {}

  /** Of the answer to prompts that are not those over the picture any more. */
  setWaiting(isWaiting: boolean): void {
    for (const layer of this.#layers) layer.classList.toggle('waiting', isWaiting);
  }

  /** Shows the elements that `create` makes in the place of those before, and what it lays over the viewer it gets. */
  replace(answer: HTMLElement, create: (viewer: Viewer) => readonly HTMLElement[]): void {
    for (const layer of this.#layers) layer.remove();
    const own: HTMLElement[] = (this.#layers = []);
    const keep = (element: HTMLElement): HTMLElement => {
      if (own === this.#layers) own.push(element);
      else element.remove(); // it came after the next answer
      return element;
    };
    const { viewer } = this;
    const elements = create({
      ...viewer,
      addLayer: async (...layer) => keep(await viewer.addLayer(...layer)),
      addPoint: (...point) => keep(viewer.addPoint(...point)),
    });
    answer.replaceChildren(...elements);
  }
}
