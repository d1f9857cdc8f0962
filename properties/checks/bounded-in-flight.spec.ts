import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedInFlight } from './bounded-in-flight.ts';
import { db, judged, mq, shown } from './history.fixture.ts';

const delivered = mq.delivered('q').by(({ id }) => id);

describe('unacked', () => {
  const check = boundedInFlight(delivered, { unacked: 2 });
  test('fails when a process holds more than its prefetch', () => {
    const verdict = judged(check, (told) => {
      const held = ['m1', 'm2', 'm3'].map((id) => told.delivered(id));
      held.forEach((given, n) => told.acked(`m${n + 1}`, { causes: [given] }));
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from mq.q: reader/0 held more than 2 at a time',
    });
    expect(shown(verdict)).toEqual([0, 1, 2]);
  });

  test('given back is held as well', () => {
    const verdict = judged(check, (told) => {
      const held = ['m1', 'm2', 'm3'].map((id) => told.delivered(id));
      held.forEach((given, n) => told.nacked(`m${n + 1}`, true, { causes: [given] }));
    });
    expect(shown(verdict)).toEqual([0, 1, 2]);
  });

  test('what comes from another queue, or is done for a delivery and settles nothing, does not count', () => {
    const verdict = judged(check, (told) => {
      const others = ['x1', 'x2', 'x3'].map((id) => told.delivered(id, { channels: ['dead'] }));
      const held = ['m1', 'm2', 'm3'].map((id) => told.delivered(id));
      for (const given of held) told.row('inserted', { id: '1', of: 'x' }, { causes: [given] });
      for (const given of others) told.acked('x', { channels: ['dead'], causes: [given] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });

  test('passes when each process stays within it', () => {
    const verdict = judged(check, (told) => {
      const [one, two] = [told.delivered('m1'), told.delivered('m2')];
      const three = told.delivered('m3', { process: 'reader/1' });
      told.nacked('m1', true, { causes: [one] });
      const four = told.delivered('m1');
      for (const given of [two, three, four]) told.acked('m', { causes: [given] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('what it never settled may have gone back when its connection broke', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm2']) told.delivered(id);
      for (const id of ['m1', 'm2']) told.acked(id, { causes: [told.delivered(id, { redelivered: true })] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('fails exactly when too many are open at a time', () => {
    const span = fc.record({ begins: fc.nat(20), lasts: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        const verdict = judged(check, (told) => {
          const given = new Map<number, number>();
          for (let at = 0; at <= 26; at++) {
            spans.forEach(({ begins, lasts }, n) => {
              if (begins + lasts + 1 === at) told.acked(`m${n}`, { causes: [given.get(n) as number] });
            });
            spans.forEach(({ begins }, n) => {
              if (begins === at) given.set(n, told.delivered(`m${n}`));
            });
          }
        });
        const most = Math.max(
          0,
          ...spans.map(
            ({ begins: at }) => spans.filter(({ begins, lasts }) => begins <= at && at <= begins + lasts).length,
          ),
        );
        expect(verdict.verdict).toBe(most > 2 ? 'fail' : spans.length > 0 ? 'pass' : 'unknown');
      }),
    );
  });
});

describe('waiting', () => {
  const rows = { begun: db.table.t.inserted.by(({ id }) => id), over: db.table.t.deleted.by(({ id }) => id) };
  const check = boundedInFlight(rows.begun, { waiting: { atMost: 2, until: [rows.over] }, name: 'mine' });
  const tell = (steps: readonly string[]) =>
    judged(check, (told) => {
      for (const step of steps)
        told.row(step.startsWith('-') ? 'deleted' : 'inserted', { id: step.slice(-1), of: 'x' });
    });

  test('fails when more wait than may', () => {
    expect(tell(['a', 'b', '-b', 'c', 'd', 'e'])).toMatchObject({
      verdict: 'fail',
      says: 'row inserted into db.t: 3 at a time, expected at most 2',
    });
    expect(shown(tell(['a', 'b', '-b', 'c', 'd', 'e']))).toEqual([0, 3, 4]);
    expect(shown(tell(['a', 'a', 'b', 'c']))).toEqual([0, 2, 3]);
  });

  test('passes when no more wait, and counts nothing twice', () => {
    expect(tell(['a', 'a', 'b', '-a', 'c', '-x'])).toEqual({ verdict: 'pass', exercised: 4 });
    expect(check).toMatchObject({ id: 'Z1', name: 'mine' });
  });
});

describe('tries', () => {
  const check = boundedInFlight(
    mq.published('q').by(({ id }) => id),
    { tries: 2 },
  );
  test('fails when one thing is tried too often', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm2', 'm2', 'm1', 'm1', 'm2']) told.published(id);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message published to mq.q: "m1" 3 times, expected at most 2',
    });
    expect(shown(verdict)).toEqual([0, 3, 4]);
  });

  test('passes as often as it may', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm2', 'm2', 'm1', 'm3']) told.published(id);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 5 });
  });
});

test('says unknown when nothing began', () => {
  expect(judged(boundedInFlight(delivered, { unacked: 1, tries: 1 }), (told) => told.published('m1'))).toEqual({
    verdict: 'unknown',
    why: 'no message delivered from mq.q with a key in this run',
  });
});
