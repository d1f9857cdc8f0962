/** P2 of a log: how often a poisoned record may be tried. */
import { expect, test } from 'vitest';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';
import { poisonIsolated } from './poison-isolated.ts';

const check = poisonIsolated(log.delivered('orders'), { limit: 2 });
const poison = ['markup'];

const tries = (times: number, between: (told: ToldLog) => void = () => {}): string =>
  judged(check, (told) => {
    told.writesUpTo(2);
    told.assigned([0, 1]);
    told.given(0, { poison });
    between(told);
    for (let n = 1; n < times; n++) told.given(0, { poison });
  }).verdict;

const disturbed = (told: ToldLog): void => void told.record('world', 'fault', { sentence: '', kind: 'crash' });

test('is tried as often as the limit says', () => {
  expect([tries(2), tries(3)]).toEqual(['pass', 'fail']);
});

test.each<[string, string, (told: ToldLog) => void]>([
  ['pass', 'has it anew after another fault', (told) => void told.assigned(0)],
  ['fail', 'has another partition', (told) => void told.assigned(1)],
  ['fail', 'of another group has it', (told) => void told.assigned(0, { group: 'other' })],
])('%s: may count anew who %s', (expected, _, then) => {
  const handedOver = tries(4, (told) => {
    disturbed(told);
    then(told);
  });
  expect(handedOver).toBe(expected);
});

test('no matter how often, not without another fault: the poison itself moves the partition', () => {
  expect(tries(3, (told) => void told.assigned(0))).toBe('fail');
  const poisonous = tries(3, (told) => {
    told.record('world', 'fault', { sentence: '', kind: 'poison' });
    told.assigned(0);
  });
  expect(poisonous).toBe('fail');
});

test('a record that stands twice may be tried twice as often', () => {
  const verdict = judged(check, (told) => {
    told.writes(0, { id: 'a' });
    told.writes(1, { id: 'a', copy: true });
    for (const offset of [0, 0, 1, 1]) told.given(offset, { poison });
  });
  expect(verdict.verdict).toBe('pass');
});
