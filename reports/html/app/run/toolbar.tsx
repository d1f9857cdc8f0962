/** What one does with the diagram, for the mouse; every button has its key. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../../text.ts';
import { usePage } from '../context.ts';
import type { Run } from '../model/run.ts';
import { Button, Copy } from '../parts/ui.tsx';
import { Filters, isFiltered } from './filters.tsx';

export interface Actions {
  /** By so many steps; 0: as it comes. */
  zoom(by: number): void;
  mermaid(): string;
  svg(): void;
}

interface Of {
  readonly run: Run;
  readonly shown: number;
  /** Entries that the result left out. */
  readonly cut: number;
  readonly actions: Actions;
}

export function Toolbar({ run, shown, cut, actions }: Of): JSX.Element {
  const { route, go } = usePage();
  const picked = route.lanes.size + route.kinds.size + route.types.size + route.ids.size > 0;
  const [open, setOpen] = useState(picked);
  useEffect(() => setOpen((before) => before || picked), [picked]);
  const isAll = shown === run.entries.length;
  return (
    <>
      <div class="toolbar" role="group" aria-label="Diagram">
        <input
          id="search"
          type="search"
          placeholder="Search"
          aria-label="Search in the entries"
          value={route.text}
          onInput={({ currentTarget }) => go({ text: currentTarget.value })}
        />
        <Toggle id="filter-button" on={open} set={() => setOpen(!open)} words="Filters" expands="filters" />
        <Toggle on={route.cone} set={() => go({ cone: !route.cone })} words="Only the cone" />
        <Toggle on={route.trueTime} set={() => go({ trueTime: !route.trueTime, zoom: 0 })} words="True time" />
        <span class="joined">
          <Button aria-label="Smaller" onClick={() => actions.zoom(-1)}>
            −
          </Button>
          <Button aria-label="Larger" onClick={() => actions.zoom(1)}>
            +
          </Button>
        </span>
        <Copy text={actions.mermaid} label="Mermaid" what="what is shown as a Mermaid sequence diagram" />
        <Button onClick={() => actions.svg()} aria-label="Save what is shown as SVG">
          SVG
        </Button>
        <Copy text={() => location.href} label="Link" what="a link to what is shown" />
        <span class="muted" role="status">
          {isAll ? count(shown, 'entry', 'entries') : `${shown} of ${count(run.entries.length, 'entry', 'entries')}`}
          {isFiltered(route) && ' shown'}
          {cut > 0 && `, ${cut} more were not kept`}
        </span>
      </div>
      {open && <Filters run={run} />}
      <Legend />
    </>
  );
}

interface ToggleOf {
  readonly id?: string;
  readonly on: boolean;
  readonly set: () => void;
  readonly words: string;
  readonly expands?: string;
}

function Toggle({ id, on, set, words, expands }: ToggleOf): JSX.Element {
  const state =
    expands === undefined
      ? { 'aria-pressed': on }
      : { 'aria-expanded': on, ...(on ? { 'aria-controls': expands } : {}) };
  return (
    <Button {...(id === undefined ? {} : { id })} {...state} onClick={set}>
      {words}
    </Button>
  );
}

function Legend(): JSX.Element {
  return (
    <p class="legend muted">
      <span class="key bolt">▲</span> fault <span class="key crash">✕</span> end of a process{' '}
      <span class="key ring">◎</span> evidence <span class="key ring">▌</span> led to it <span class="key">→</span> to
      and from components <span class="key">⇢</span> what caused it
    </p>
  );
}
