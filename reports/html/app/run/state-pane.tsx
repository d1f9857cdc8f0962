/** What stores, queues, streams and groups hold behind the chosen entry, as the history tells it; what that step changed is marked. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { fieldsOf } from '../../../fields.ts';
import { clip, shownJson } from '../../../text.ts';
import { type Item, type State, States } from '../model/state.ts';
import type { Run } from '../model/run.ts';
import { Text } from '../parts/ui.tsx';

const VALUE_MAX = 220;
const ITEMS_MAX = 30;

export function StatePane({ run, at }: { run: Run; at: number }): JSX.Element {
  const folded = useRef<{ run: Run; states: States } | undefined>(undefined);
  if (folded.current?.run !== run) folded.current = { run, states: new States(run.entries) };
  const { states } = folded.current;
  const shown = useMemo(() => placesOf(states.at(at), since(run, at)), [run, states, at]);
  return (
    <section class="state">
      <h3>State behind it</h3>
      {shown.length === 0 && <p class="muted">Nothing is stored yet, nothing waits.</p>}
      {shown.map(({ place, items, changed }) => (
        <details key={place} open={changed || items.length <= 3}>
          <summary>
            <Text>{place}</Text> <span class="muted">{items.filter(({ gone }) => !gone).length}</span>
            {changed && <span class="tag changed">changed</span>}
          </summary>
          <ul>
            {items.slice(-ITEMS_MAX).map(({ item, isNew, gone }) => (
              <Line key={item.key} item={item} isNew={isNew} gone={gone} />
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

interface Shown {
  readonly place: string;
  readonly items: readonly { readonly item: Item; readonly isNew: boolean; readonly gone: boolean }[];
  readonly changed: boolean;
}

/** A commit is several entries at one time: what the step changed began with the first of them. */
function since(run: Run, at: number): number {
  const { timeUs, process } = run.entries[at] as Run['entries'][number];
  let first = at;
  while (first > 0 && run.entries[first - 1]?.timeUs === timeUs && run.entries[first - 1]?.process === process) first--;
  return run.entries[first]?.n ?? 0;
}

function placesOf(state: State, from: number): readonly Shown[] {
  return [...state.places]
    .map(([place, all]) => {
      const items = [...all.values()].map((item) => ({ item, isNew: item.since >= from, gone: item.gone === true }));
      return { place, items, changed: items.some(({ isNew }) => isNew) };
    })
    .filter(({ items }) => items.length > 0)
    .toSorted((a, b) => Number(b.changed) - Number(a.changed) || (a.place < b.place ? -1 : 1));
}

function Line({ item, isNew, gone }: Shown['items'][number]): JSX.Element {
  const mark = gone ? '−' : isNew ? (item.before === undefined ? '+' : '~') : '';
  const words = { '−': 'taken away', '+': 'new', '~': 'changed', '': '' }[mark];
  return (
    <li class={isNew ? 'changed' : ''}>
      {mark !== '' && (
        <span class="sign" role="img" aria-label={words}>
          {mark}
        </span>
      )}
      <code>
        <Text>{item.key}</Text>
      </code>{' '}
      <span class="muted">
        <Text>{item.note}</Text>
      </span>{' '}
      {gone ? <s>gone</s> : <Value item={item} isNew={isNew} />}
    </li>
  );
}

/** Of a row that changed, its fields with what they were before. */
function Value({ item: { value, before }, isNew }: { item: Item; isNew: boolean }): JSX.Element {
  if (!isNew || before === undefined || typeof value !== 'object') return <Text>{clip(short(value), VALUE_MAX)}</Text>;
  const [now, then] = [fieldsOf(value), fieldsOf(before)];
  const names = Object.keys({ ...then, ...now }).filter((name) => short(now[name]) !== short(then[name]));
  if (names.length === 0) return <span class="muted">as before</span>;
  return (
    <>
      {names.map((name) => (
        <span key={name} class="field-change">
          <Text>{name}</Text>: <del>{clip(short(then[name]), VALUE_MAX)}</del>{' '}
          <ins>{clip(short(now[name]), VALUE_MAX)}</ins>{' '}
        </span>
      ))}
    </>
  );
}

/** A message shows its body, anything else itself. */
function short(value: unknown): string {
  const { body, headers } = fieldsOf(value);
  return shownJson(body !== undefined && headers !== undefined ? body : value, 0);
}
