/** The explorer by keyboard; the sheet (`?`) says the same. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Page, usePage } from '../context.ts';
import { firstWhere } from '../model/layout.ts';
import { isStruck } from '../model/rows.ts';
import type { Run } from '../model/run.ts';
import { isTyping } from '../parts/keys.ts';
import { readRoute } from '../route.ts';
import type { Actions } from './toolbar.tsx';

interface Keyed {
  readonly run: Run;
  /** Indexes of the entries that are shown. */
  readonly shown: readonly number[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly choose: (n: number | undefined) => void;
  readonly actions: Actions;
}

const PAGE = 10;
const STEP_PX = 80;

export function useKeys(keyed: Keyed): void {
  const page = usePage();
  const latest = useRef({ keyed, page });
  latest.current = { keyed, page };
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const keys = keysOf(latest.current.keyed, latest.current.page);
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (!act || isTyping(event) || isElsewhere(event)) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

type Keys = Readonly<Record<string, () => void>>;

/** By the address as it is now: a key that is held down comes faster than the page is drawn. */
function keysOf(keyed: Keyed, { go, say }: Page): Keys {
  const { actions, choose, scroller } = keyed;
  const { cone, trueTime } = readRoute(location.hash);
  const pan = (left: number): void => scroller.current?.scrollBy({ left });
  return {
    ...stepsOf(keyed),
    x: () => go({ cone: !cone }),
    t: () => go({ trueTime: !trueTime, zoom: 0 }),
    '+': () => actions.zoom(1),
    '-': () => actions.zoom(-1),
    '0': () => actions.zoom(0),
    ArrowLeft: () => pan(-STEP_PX),
    ArrowRight: () => pan(STEP_PX),
    '/': () => document.getElementById('search')?.focus(),
    f: () => document.getElementById('filter-button')?.click(),
    m: () => void navigator.clipboard.writeText(actions.mermaid()).then(() => say('Mermaid diagram copied')),
    s: () => actions.svg(),
    Escape: () => choose(undefined),
  };
}

/** From entry to entry. */
function stepsOf(keyed: Keyed): Keys {
  const { run, shown, choose } = keyed;
  const { event } = readRoute(location.hash);
  const at = event === undefined ? undefined : run.indexOf.get(event);
  const chosen = run.entries[at ?? -1];
  const to = (n: number | undefined): void => {
    if (n !== undefined && run.indexOf.has(n)) choose(n);
  };
  const step = (by: number): void => to(run.entries[shown[stepped(keyed, event, by)] ?? -1]?.n);
  const jump = (next: number | undefined): void => to(run.entries[next ?? -1]?.n);
  const marked = (): readonly number[] => shown.filter((index) => isMarked(run, index));
  return {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    PageDown: () => step(PAGE),
    PageUp: () => step(-PAGE),
    Home: () => step(Number.NEGATIVE_INFINITY),
    End: () => step(Number.POSITIVE_INFINITY),
    n: () => jump(marked().find((index) => index > (at ?? -1))),
    N: () => jump(marked().findLast((index) => index < (at ?? shown.length))),
    c: () => to(chosen?.causes.find((n) => run.indexOf.has(n))),
    e: () => to(chosen && run.effects(chosen.n)[0]),
  };
}

/** Keys that scroll belong to what scrolls: only the diagram, and the page as a whole, hand them over. */
function isElsewhere({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  if (key.length === 1 || key === 'Escape' || !(target instanceof Element)) return false;
  return target !== document.body && target.id !== 'content' && !target.closest('.diagram');
}

/** Where a step leads among what is shown. Where nothing is chosen, forwards begins at the first, backwards at the last. */
function stepped({ run, shown }: Keyed, event: number | undefined, by: number): number {
  const at = event === undefined ? undefined : run.indexOf.get(event);
  const last = shown.length - 1;
  if (at === undefined) return by === Number.POSITIVE_INFINITY || (by < 0 && Number.isFinite(by)) ? last : 0;
  const place = firstWhere(shown.length, (n) => (shown[n] ?? 0) >= at);
  const isThere = shown[place] === at;
  const next = by > 0 && !isThere ? place + by - 1 : place + by;
  return Math.max(0, Math.min(last, next));
}

function isMarked(run: Run, index: number): boolean {
  const entry = run.entries[index];
  return entry !== undefined && (run.evidence.has(entry.n) || isStruck(entry));
}
