import { expect, test } from 'vitest';
import { sampleFailure } from '../sample.fixture.ts';
import { chosenEntries } from './chosen.ts';
import { timeline } from './timeline.ts';
import { twinBlock } from './twin.ts';

const rowsOf = (text: string): readonly string[] => text.split('<tr').slice(2);

test('the twin stands beside the run: equal rows, the first difference marked, what one of them lacks left empty', () => {
  const { text } = twinBlock(sampleFailure());
  expect(text).toContain(
    'Passing twin: without <code>1st delivery of PaymentRequested#p1 to billing: crash after ack x',
  );
  expect(text).toContain('5 entries before are equal in both. 2 entries behind are not shown.');
  const rows = rowsOf(text);
  expect(rows.slice(0, 3).every((row) => row.startsWith(' class=""'))).toBe(true);
  expect(rows.filter((row) => row.includes('first difference'))).toHaveLength(1);
  expect(rows[3]).toMatch(/^ class="first".*crash after ack x.*<td class="none"><\/td><td class="none"><\/td>/s);
  expect(rows.at(-1)).toMatch(/row inserted into charges x.*row inserted into charges x/s);
  expect(rows.at(-1)).toMatch(/^ class=""/);
});

test('says what differs, and what that shows', () => {
  const { twin, faults } = sampleFailure();
  const said = (o: object): string => {
    const { text } = twinBlock(sampleFailure({ twin: { ...twin, ...o } as typeof twin, faults: faults.slice(0, 1) }));
    return /Passing twin: ([^<]*)</.exec(text)?.[1] ?? '';
  };
  expect(said({})).toBe('without the fault the property holds');
  expect(said({ verdict: 'unknown' })).toBe('without the fault the property does not fail');
  expect(said({ without: undefined, seed: 3 })).toBe('under seed 3 the property holds');
  const { twin: _, ...without } = sampleFailure();
  expect(twinBlock(without).text).toBe('');
});

test('what led to the violation is marked, in the time line and beside the twin', () => {
  const failure = sampleFailure();
  const shown = timeline(failure, chosenEntries(failure), 'f').text;
  const led = [...shown.matchAll(/<li id="f-at-(\d+)" class="[^"]*\bled\b/g)].map(([, n]) => Number(n));
  expect(led).toEqual(failure.slice);
  expect(rowsOf(twinBlock(failure).text).filter((row) => row.includes('class="led"'))).toHaveLength(3);
});
