import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { redriveFaithful } from './redrive-faithful.ts';

const effect = db.table.t.inserted.by(({ of }) => of);
const check = redriveFaithful(mq.delivered('dead'), mq.published('q'), { effect, ignoring: ['tries'] });
const headers = { traceId: 't1', tries: 1, 'x-death': [1] };

/** A dead letter is handed out, and what is published for it. */
function redrives(
  told: Told,
  id: string,
  again: { id?: string; key?: string; headers?: Record<string, unknown> },
): void {
  const given = told.delivered(id, { channels: ['dead'], headers });
  told.published(again.id ?? id, { headers: { traceId: 't1' }, ...again, causes: [given] });
}

describe('fails', () => {
  test.each([
    [{ id: 'm9' }, 'the dead letter "m1" came back as "m9"'],
    [{ key: 'other' }, '"m1" came back with the key "other", and had "q"'],
    [{ headers: {} }, '"m1" came back with undefined as its header traceId, and had "t1"'],
    [{ headers: { traceId: 't2' } }, '"m1" came back with "t2" as its header traceId, and had "t1"'],
  ])('when it comes back as %o', (again, says) => {
    const verdict = judged(check, (told) => {
      redrives(told, 'm0', {});
      redrives(told, 'm1', again);
      redrives(told, 'm2', { id: 'm8' });
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: `message published to mq.q: ${says}` });
    expect(shown(verdict)).toEqual([2, 3]);
  });

  test('when its effect happens twice', () => {
    const verdict = judged(check, (told) => {
      told.row('inserted', { id: '1', of: 'm1' });
      redrives(told, 'm1', {});
      told.row('inserted', { id: '2', of: 'm1' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'row inserted into db.t: 2 times for "m1", which was redriven',
    });
    expect(shown(verdict)).toEqual([0, 3]);
  });
});

describe('passes', () => {
  test('when it comes back as it was; headers of its own, those of the broker and those left out may differ', () => {
    const verdict = judged(check, (told) => {
      redrives(told, 'm1', { headers: { traceId: 't1', redriven: true } });
      redrives(told, 'm2', { headers: { traceId: 't1', tries: 7 } });
      told.row('inserted', { id: '1', of: 'm1' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test("with a key of the user's own", () => {
    const keyed = redriveFaithful(mq.delivered('dead'), mq.published('q'), { key: ({ type }) => type });
    const verdict = judged(keyed, (told) => redrives(told, 'm1', { key: 'other', headers }));
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('each of a batch that is brought back together', () => {
    const brought = (lastId: string) =>
      judged(check, (told) => {
        const causes = ['m1', 'm2'].map((id) => told.delivered(id, { channels: ['dead'], headers: { traceId: id } }));
        told.published('m1', { headers: { traceId: 'm1' }, causes });
        told.published(lastId, { headers: { traceId: 'm2' }, causes });
      }).verdict;
    expect([brought('m2'), brought('m3')]).toEqual(['pass', 'fail']);
  });

  test('what was not redriven may have what effects it has (that is I1)', () => {
    const verdict = judged(check, (told) => {
      redrives(told, 'm1', {});
      for (const id of ['1', '2']) told.row('inserted', { id, of: 'm2' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('says unknown when no dead letter led to a publish', () => {
  const verdict = judged(check, (told) => {
    const given = told.delivered('m1', { channels: ['q'] });
    told.published('m2', { causes: [given] });
    const dead = told.delivered('m3', { channels: ['dead'] });
    told.published('m4', { channels: ['audit'], causes: [dead] });
    told.published('m3');
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no message published to mq.q from message delivered from mq.dead in this run',
  });
});
