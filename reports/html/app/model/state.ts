/**
 * What stores and queues hold at a step, folded from the history: what it says, not what the broker knows. Messages are told
 * apart by where they came from (lineage), rows by their keys.
 */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { channelsOf, componentOf, type Fields, fieldsOf, textOf } from '../../../fields.ts';
import { lineageOf } from './trace.ts';

/** A row, a message, an event, an offset: one line of what a store or broker holds. */
export interface Item {
  readonly key: string;
  readonly value: unknown;
  /** What stands with a message: `ready`, `with billing/0`. */
  readonly note: string;
  /** Number of the entry that changed it last. */
  readonly since: number;
  /** Its value before that. */
  readonly before?: unknown;
  /** It is shown as gone at the step that took it away. */
  readonly gone?: boolean;
}

export interface State {
  /** Items by what holds them: `table db.orders`, `queue mq.orders`. */
  readonly places: Map<string, Map<string, Item>>;
  /** What the last entry took away: it goes from view with the next. */
  gone: readonly (readonly [place: string, key: string])[];
}

export function nothingYet(): State {
  return { places: new Map(), gone: [] };
}

/** How many items a place keeps; older ones are dropped from view, not from the counts. */
const ITEMS_MAX = 500;

export class States {
  readonly #entries: readonly EntryResult[];
  #state: State = nothingYet();
  #next = 0;

  constructor(entries: readonly EntryResult[]) {
    this.#entries = entries;
  }

  /** The state when the entry at this index has happened; the same object is changed by the next question. */
  at(index: number): State {
    if (index < this.#next - 1) {
      this.#state = nothingYet();
      this.#next = 0;
    }
    while (this.#next <= index) {
      const entry = this.#entries[this.#next++];
      if (entry) apply(this.#state, entry);
    }
    return this.#state;
  }
}

type Apply = (state: State, entry: EntryResult, of: Of) => void;

interface Of {
  readonly component: string;
  readonly channels: readonly string[];
  readonly value: unknown;
  readonly about: Fields;
  readonly lineage: string;
}

const APPLY: Readonly<Record<string, Apply>> = {
  seeded: put,
  inserted: put,
  updated: put,
  deleted: (state, entry, { component, channels, about }) => {
    for (const table of channels) take(state, `table ${component}.${table}`, textOf(about['key']), entry.n);
  },
  published: (state, entry, { component, channels, value, about, lineage }) => {
    for (const channel of channels) {
      if (typeof about['offset'] === 'number') {
        const { partition, offset } = about;
        set(state, `topic ${component}.${channel}/${textOf(partition)}`, `${offset}`, { value, note: '' }, entry.n);
      } else add(state, `queue ${component}.${channel}`, lineage, value, entry.n);
    }
  },
  delivered: (state, entry, { component, channels, about, value, lineage }) => {
    if (typeof about['offset'] === 'number') return;
    const note = `with ${entry.process}`;
    for (const queue of channels) {
      const place = `queue ${component}.${queue}`;
      const key = keyOf(state, place, lineage, 'ready') ?? keyOf(state, place, lineage, '') ?? lineage;
      set(state, place, key, { value, note }, entry.n);
    }
  },
  acked: settled,
  nacked: settled,
  dropped: settled,
  deadLettered: (state, entry, of) => {
    for (const queue of of.channels) {
      const place = `queue ${of.component}.${queue}`;
      const key = keyOf(state, place, of.lineage, '');
      if (key !== undefined) take(state, place, key, entry.n);
    }
    const to = textOf(of.about['to']);
    if (to !== '')
      for (const queue of to.split(', ')) add(state, `queue ${of.component}.${queue}`, of.lineage, of.value, entry.n);
  },
  crashed: (state, entry) => {
    for (const [place, items] of state.places) {
      if (!place.startsWith('queue ')) continue;
      for (const [key, { note, value }] of items)
        if (note === `with ${entry.process}`) set(state, place, key, { value, note: 'ready' }, entry.n);
    }
  },
  appended: (state, entry, { component, value }) => {
    const { stream, version, event } = fieldsOf(value);
    set(state, `stream ${component}.${textOf(stream)}`, textOf(version), { value: event ?? value, note: '' }, entry.n);
  },
  snapshotted: (state, entry, { component, value }) => {
    const { stream, version, state: kept } = fieldsOf(value);
    const note = `at version ${textOf(version)}`;
    set(state, `snapshots ${component}`, textOf(stream), { value: kept, note }, entry.n);
  },
  offsetsCommitted: (state, entry, { component, value, about }) => {
    const { group, topic, partition, offset } = fieldsOf(value);
    const key = `${textOf(topic)}/${textOf(partition)}`;
    const note = typeof about['lag'] === 'number' ? `lag ${about['lag']}` : '';
    set(state, `offsets ${component} of ${textOf(group)}`, key, { value: offset, note }, entry.n);
  },
  rebalanced: (state, entry, { component, value }) => {
    const { group, generation, assignment } = fieldsOf(value);
    const place = `group ${component}.${textOf(group)}`;
    const now = fieldsOf(assignment);
    for (const member of state.places.get(place)?.keys() ?? [])
      if (!(member in now)) take(state, place, member, entry.n);
    const note = `generation ${textOf(generation)}`;
    for (const [member, share] of Object.entries(now)) set(state, place, member, { value: share, note }, entry.n);
  },
  applied: (state, entry, { component, channels, value }) => {
    for (const call of channels) set(state, `calls ${component}.${call}`, `#${entry.n}`, { value, note: '' }, entry.n);
  },
};

/** Changes the state to what it is behind this entry. */
export function apply(state: State, entry: EntryResult): void {
  for (const [place, key] of state.gone)
    if (state.places.get(place)?.get(key)?.gone) state.places.get(place)?.delete(key);
  state.gone = [];
  const fields = fieldsOf(entry.data);
  if (!Object.hasOwn(APPLY, entry.kind)) return;
  APPLY[entry.kind]?.(state, entry, {
    component: componentOf(entry) ?? entry.process,
    channels: channelsOf(entry),
    value: fields['value'],
    about: fieldsOf(fields['about']),
    lineage: lineageOf(entry) || '?',
  });
}

function put(state: State, entry: EntryResult, { component, channels, value, about }: Of): void {
  for (const table of channels)
    set(state, `table ${component}.${table}`, textOf(about['key']), { value, note: '' }, entry.n);
}

function settled(state: State, entry: EntryResult, { component, channels, about, lineage }: Of): void {
  if (typeof about['offset'] === 'number') return;
  for (const queue of channels) {
    const place = `queue ${component}.${queue}`;
    const key = keyOf(state, place, lineage, `with ${entry.process}`) ?? keyOf(state, place, lineage, '');
    if (key === undefined) continue;
    const value = state.places.get(place)?.get(key)?.value;
    if (about['requeue'] === true) set(state, place, key, { value, note: 'ready' }, entry.n);
    else take(state, place, key, entry.n);
  }
}

/** A message's copy: the first of this lineage with this note (any, where the note is empty). */
function keyOf(state: State, place: string, lineage: string, note: string): string | undefined {
  for (const [key, item] of state.places.get(place) ?? [])
    if ((key === lineage || key.startsWith(`${lineage} `)) && !item.gone && (note === '' || item.note === note))
      return key;
  return undefined;
}

function add(state: State, place: string, lineage: string, value: unknown, n: number): void {
  const items = placeOf(state, place);
  let key = lineage;
  for (let copy = 2; items.has(key) && items.get(key)?.gone !== true; copy++) key = `${lineage} (${copy})`;
  set(state, place, key, { value, note: 'ready' }, n);
}

function set(state: State, place: string, key: string, now: Pick<Item, 'value' | 'note'>, n: number): void {
  const items = placeOf(state, place);
  const before = items.get(key);
  items.set(key, { key, ...now, since: n, ...(before && !before.gone ? { before: before.value } : {}) });
  if (items.size > ITEMS_MAX) items.delete(items.keys().next().value ?? '');
}

function take(state: State, place: string, key: string, n: number): void {
  const items = placeOf(state, place);
  const before = items.get(key);
  if (!before) return;
  items.set(key, { ...before, since: n, gone: true });
  state.gone = [...state.gone, [place, key]];
}

function placeOf(state: State, place: string): Map<string, Item> {
  let items = state.places.get(place);
  if (!items) {
    items = new Map();
    state.places.set(place, items);
  }
  return items;
}
