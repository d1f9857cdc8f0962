/** Small pieces that many parts of the page are made of. Preact escapes what they are given; `visible` shows what hides in it. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overall } from '../../../../properties/runner/result.ts';
import type { Standing } from '../../../standing.ts';
import { visible } from '../../../text.ts';
import { placeOf, usePage } from '../context.ts';
import { type Route, writeRoute } from '../route.ts';

export type Tone = 'good' | 'bad' | 'unsure' | 'quiet';
const SIGNS = { good: '✓', bad: '✗', unsure: '?', quiet: '·' } as const;

/** A word with a colour and a sign: the colour alone says nothing. */
export function Pill({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`pill ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {children}
    </span>
  );
}

const STANDINGS: Readonly<Record<Standing, Tone>> = {
  holds: 'good',
  caught: 'good',
  inconclusive: 'unsure',
  fails: 'bad',
  missed: 'bad',
  blamed: 'bad',
};

export function StandingPill({ standing, words }: { standing: Standing; words: string }): JSX.Element {
  return <Pill tone={STANDINGS[standing]}>{visible(words)}</Pill>;
}

export function VerdictPill({ verdict }: { verdict: Overall }): JSX.Element {
  return <Pill tone={({ pass: 'good', fail: 'bad', unknown: 'unsure' } as const)[verdict]}>{verdict}</Pill>;
}

/** Text that came from data: isolated, so that what runs from right to left turns round nothing beside it. */
export function Text({ children }: { children: string }): JSX.Element {
  return <bdi>{visible(children)}</bdi>;
}

export function Link({
  to,
  children,
  ...rest
}: {
  to: Partial<Route>;
  children: ComponentChildren;
  class?: string;
  current?: boolean;
}): JSX.Element {
  const { current, ...others } = rest;
  return (
    <a href={writeRoute(placeOf(to))} {...(current ? { 'aria-current': 'page' as const } : {})} {...others}>
      {children}
    </a>
  );
}

const SHOWN_MS = 1500;

/** What a button may be told: pressed, what it expands, how it is called. */
export function Button(props: Omit<JSX.IntrinsicElements['button'], 'type' | 'class'>): JSX.Element {
  return <button type="button" class="button" {...props} />;
}

/** A button that puts text on the clipboard and says so. */
export function Copy({ text, label, what }: { text: () => string; label: string; what: string }): JSX.Element {
  const [done, setDone] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { say } = usePage();
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (): Promise<void> => {
    await copied(text());
    setDone(true);
    say(`${what} copied`);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), SHOWN_MS);
  };
  return (
    <Button onClick={() => void copy()} {...(done ? {} : { 'aria-label': `Copy ${what}` })}>
      {done ? 'Copied' : label}
    </Button>
  );
}

async function copied(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function Command({ text }: { text: string }): JSX.Element {
  return (
    <div class="command">
      <code>{visible(text)}</code>
      <Copy text={() => text} label="Copy" what={`the command ${visible(text)}`} />
    </div>
  );
}

/** A table with a caption for those who cannot see what it stands under. */
export function Table({
  caption,
  heads,
  children,
}: {
  caption: string;
  heads: readonly string[];
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Text of any size, all of it, in a box that scrolls. */
export function Block({ text, label }: { text: string; label: string }): JSX.Element {
  return (
    <pre tabIndex={0} role="group" aria-label={label}>
      {visible(text)}
    </pre>
  );
}
