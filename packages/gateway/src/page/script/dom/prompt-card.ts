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
  const answer = createAnswer(head, parts, shown);

  const change = (next: readonly Prompts[]): void => {
    history = next;
    for (const mark of marks) mark.remove();
    marks = mark(viewer, shown());
    words.textContent = describePrompts(head, shown());
    undo.disabled = clear.disabled = history.length === 0;
    answer.ask(shown());
  };
  const add = (prompts: Prompts): void => change([...history, prompts]);
  const pointing: Pointing = {
    onPoint(at, isBeside) {
      const { points } = shown();
      if (!head.points || points.length >= head.points.most) return;
      add({ ...shown(), points: [...points, { ...placeAt(at, size), positive: !(isBeside || beside.checked) }] });
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

/** Where answers are shown: one request at a time, and then for what is shown last. */
function createAnswer(head: PromptedHead, parts: PromptParts, shown: () => Prompts) {
  const { viewer, ask, offerFiles, usedColours, fetchPicture } = parts;
  const place = createElement('div');
  const fault = createFaultPlace();
  const drawn = new Drawn(viewer);
  const show = (reply: Reply): void => {
    clearFault(fault);
    if (reply instanceof PageError) {
      showFault(fault, reply.fault);
      return;
    }
    if (!reply) {
      drawn.replace(place, () => []);
      return;
    }
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
  return { element: createElement('div', {}, fault, place), ask: load };
}

/** What the last answer has put over the picture: the next one takes it away. */
class Drawn {
  #layers: HTMLElement[] = [];

  constructor(private readonly viewer: Viewer) {}

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
