/** The sheet of keys: `?` opens it, Esc closes it. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isTyping } from './keys.ts';
import { Button } from './ui.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['j, ↓', 'next entry'],
  ['k, ↑', 'entry before'],
  ['PgDn, PgUp', 'ten entries on, or back'],
  ['Home, End', 'first entry, last entry'],
  ['n, N', 'next, previous entry of evidence or fault'],
  ['c', 'to what caused the chosen entry'],
  ['e', 'to what it led to'],
  ['x', 'only what led to the violation, or everything'],
  ['t', 'idle time squeezed, or true virtual time'],
  ['+, −, 0', 'larger, smaller, as it comes'],
  ['←, →', 'move the diagram left and right'],
  ['/', 'search'],
  ['f', 'filters'],
  ['m', 'copy what is shown as a Mermaid sequence diagram'],
  ['s', 'save what is shown as SVG'],
  ['Esc', 'nothing chosen; close this sheet'],
  ['?', 'this sheet'],
];

export function Sheet(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '?' || isTyping(event)) return;
      event.preventDefault();
      const sheet = dialog.current;
      if (sheet?.open) sheet.close();
      else sheet?.showModal();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="sheet-title" class="sheet">
      <h2 id="sheet-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={() => dialog.current?.close()}>Close</Button>
    </dialog>
  );
}
