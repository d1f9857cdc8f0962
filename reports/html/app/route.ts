/** Where somebody is in the page and what they have set there: all of it stands in the address, so that a link restores it. */
import type { Pick, Picks } from './model/filter.ts';

export const VIEWS = ['overview', 'variant', 'failure', 'map', 'faults', 'matrix', 'detection'] as const;
export const TABS = ['run', 'twin', 'charts', 'groups', 'table'] as const;
export type View = (typeof VIEWS)[number];
export type Tab = (typeof TABS)[number];

export interface Route {
  readonly view: View;
  /** Id of the variant or failure; empty for the first. */
  readonly of: string;
  readonly tab: Tab;
  /** Number of the entry that is chosen. */
  readonly event: number | undefined;
  readonly lanes: Picks;
  readonly kinds: Picks;
  readonly types: Picks;
  readonly ids: Picks;
  readonly text: string;
  /** Only what led to the violation. */
  readonly cone: boolean;
  /** Distances are virtual time, idle time too. */
  readonly trueTime: boolean;
  /** 0 is as it comes; each step is a quarter larger or smaller. */
  readonly zoom: number;
  /** The counterexample before shrinking. */
  readonly original: boolean;
}

const NONE: Picks = new Map();

export const START: Route = {
  view: 'overview',
  of: '',
  tab: 'run',
  event: undefined,
  lanes: NONE,
  kinds: NONE,
  types: NONE,
  ids: NONE,
  text: '',
  cone: false,
  trueTime: false,
  zoom: 0,
  original: false,
};

export const ZOOM_MAX = 12;
const PICKS = { lanes: 'lane', kinds: 'kind', types: 'type', ids: 'id' } as const;

/** Only what differs from the start is written. */
export function writeRoute(route: Route): string {
  const params = new URLSearchParams();
  if (route.view !== START.view) params.set('view', route.view);
  if (route.of !== '') params.set('of', route.of);
  if (route.tab !== START.tab) params.set('tab', route.tab);
  if (route.event !== undefined) params.set('event', String(route.event));
  for (const [field, name] of Object.entries(PICKS) as [keyof typeof PICKS, string][])
    for (const [value, pick] of route[field]) params.append(name, `${pick === 'in' ? '+' : '-'}${value}`);
  if (route.text !== '') params.set('text', route.text);
  if (route.cone) params.set('cone', '1');
  if (route.trueTime) params.set('time', 'true');
  if (route.zoom !== 0) params.set('zoom', String(route.zoom));
  if (route.original) params.set('original', '1');
  return `#${params.toString()}`;
}

/** Anything that it cannot read counts as not said. A mere `#id` is a variant or failure, as other reports link to it. */
export function readRoute(hash: string): Route {
  const text = hash.replace(/^#/, '');
  if (text !== '' && !text.includes('=')) return { ...START, view: 'failure', of: decoded(text) };
  const params = new URLSearchParams(text);
  const event = number(params.get('event'));
  const isView = (view: string): view is View => (VIEWS as readonly string[]).includes(view);
  const isTab = (tab: string): tab is Tab => (TABS as readonly string[]).includes(tab);
  const view = params.get('view') ?? (event === undefined ? START.view : 'failure');
  const tab = params.get('tab') ?? '';
  return {
    view: isView(view) ? view : START.view,
    of: params.get('of') ?? '',
    tab: isTab(tab) ? tab : START.tab,
    event,
    lanes: picksOf(params.getAll('lane')),
    kinds: picksOf(params.getAll('kind')),
    types: picksOf(params.getAll('type')),
    ids: picksOf(params.getAll('id')),
    text: params.get('text') ?? '',
    cone: params.has('cone'),
    trueTime: params.get('time') === 'true',
    zoom: Math.max(-ZOOM_MAX, Math.min(ZOOM_MAX, Math.round(number(params.get('zoom')) ?? 0))),
    original: params.has('original'),
  };
}

function picksOf(values: readonly string[]): Picks {
  const picks = new Map<string, Pick>();
  for (const value of values) picks.set(value.slice(1), value.startsWith('-') ? 'out' : 'in');
  return picks;
}

function number(text: string | null): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && text !== '' ? value : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
