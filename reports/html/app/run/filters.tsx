/** What is shown and what is not: each button goes from all, to only this, to all but this. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { visible } from '../../../text.ts';
import { usePage } from '../context.ts';
import { counted, type Pick, type Picks } from '../model/filter.ts';
import { laneNames } from '../model/lanes.ts';
import type { Run } from '../model/run.ts';
import { Button } from '../parts/ui.tsx';
import type { Route } from '../route.ts';

type Field = 'lanes' | 'kinds' | 'types' | 'ids';
const TITLES: Readonly<Record<Field, string>> = {
  lanes: 'Lanes',
  kinds: 'Kinds of entry',
  types: 'Types of message',
  ids: 'Correlation ids',
};

/** More buttons than this are a list to search in, not to press. */
const BUTTONS_MAX = 40;

export function Filters({ run }: { run: Run }): JSX.Element {
  const { route, go } = usePage();
  const names = useMemo(() => namesIn(run), [run]);
  return (
    <div class="filters" id="filters">
      {(Object.keys(TITLES) as Field[]).map((field) => (
        <Group key={field} field={field} names={names[field]} picks={route[field]} />
      ))}
      <Button onClick={() => go(CLEAR)} disabled={!isFiltered(route)}>
        Show everything
      </Button>
    </div>
  );
}

const CLEAR = { lanes: new Map(), kinds: new Map(), types: new Map(), ids: new Map(), text: '', cone: false };

export function isFiltered({ lanes, kinds, types, ids, text, cone }: Route): boolean {
  return lanes.size + kinds.size + types.size + ids.size > 0 || text !== '' || cone;
}

function namesIn(run: Run): Readonly<Record<Field, readonly (readonly [string, number])[]>> {
  const lanes = laneNames(run.lanes);
  return {
    lanes: counted(run.entries.map((entry) => lanes[run.lanes.at(entry)] ?? '')),
    kinds: counted(run.entries.map(({ kind }) => kind)),
    types: counted(run.entries.map((_, at) => run.type(at))),
    ids: counted(run.traces.flat()),
  };
}

interface GroupOf {
  readonly field: Field;
  readonly names: readonly (readonly [string, number])[];
  readonly picks: Picks;
}

function Group({ field, names, picks }: GroupOf): JSX.Element | null {
  const { go } = usePage();
  if (names.length === 0) return null;
  const title = TITLES[field];
  const shown = names.filter(([name], n) => n < BUTTONS_MAX || picks.has(name));
  const pick = (name: string, now: Pick | undefined): void => {
    const next = new Map(picks);
    if (now === undefined) next.delete(name);
    else next.set(name, now);
    go({ [field]: next });
  };
  return (
    <div role="group" aria-label={title} class="picks">
      <span class="label" aria-hidden="true">
        {title}
      </span>
      {shown.map(([name, n]) => (
        <Choice key={name} name={name} n={n} pick={picks.get(name)} set={(now) => pick(name, now)} />
      ))}
      {names.length > shown.length && <Named names={names} add={(name) => pick(name, 'in')} title={title} />}
    </div>
  );
}

interface ChoiceOf {
  readonly name: string;
  readonly n: number;
  readonly pick: Pick | undefined;
  readonly set: (now: Pick | undefined) => void;
}

function Choice({ name, n, pick, set }: ChoiceOf): JSX.Element {
  const next: Pick | undefined = pick === undefined ? 'in' : pick === 'in' ? 'out' : undefined;
  const words = pick === 'in' ? 'only these' : pick === 'out' ? 'hidden' : 'shown';
  return (
    <button
      type="button"
      class={`pick ${pick ?? ''}`}
      onClick={() => set(next)}
      aria-label={`${visible(name)}, ${n}: ${words}`}
    >
      <span aria-hidden="true">{pick === 'in' ? '＋' : pick === 'out' ? '−' : ''}</span>
      <bdi>{visible(name)}</bdi> <small>{n}</small>
    </button>
  );
}

function Named({
  names,
  add,
  title,
}: {
  names: GroupOf['names'];
  add: (name: string) => void;
  title: string;
}): JSX.Element {
  const change = ({ currentTarget }: { currentTarget: HTMLInputElement }): void => {
    if (!names.some(([name]) => name === currentTarget.value)) return;
    add(currentTarget.value);
    currentTarget.value = '';
  };
  return (
    <label class="field">
      one more <input list={`list-${title}`} onChange={change} aria-label={`${title}: one more`} />
      <datalist id={`list-${title}`}>
        {names.slice(0, 2_000).map(([name]) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
