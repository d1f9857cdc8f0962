import { describe, expect, test } from 'vitest';
import { causationChain } from './causation-chain.ts';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';

const check = causationChain(mq.published('audit'));

/** A handler that is given `id` publishes `next` with these headers. */
function handles(
  told: Told,
  id: string,
  next: string,
  headers: Record<string, unknown>,
  given: Record<string, unknown> = { correlationId: 'c' },
): void {
  const cause = told.delivered(id, { headers: given });
  told.published(next, { channels: ['audit'], causes: [cause], headers });
}

describe('fails', () => {
  test.each([
    [{ correlationId: 'c' }, '"m2" names nothing as its cause, but its handler was given "m1"'],
    [{ causationId: 'm9', correlationId: 'c' }, '"m2" names "m9" as its cause, but its handler was given "m1"'],
    [{ causationId: 'm1' }, '"m2" has the correlation id none, its cause had "c"'],
    [{ causationId: 'm1', correlationId: 'd' }, '"m2" has the correlation id "d", its cause had "c"'],
  ])('with headers %o', (headers, says) => {
    const verdict = judged(check, (told) => {
      told.started();
      handles(told, 'm1', 'm2', headers);
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says });
    expect(shown(verdict)).toEqual([1, 2]);
  });

  test('when a chain comes back to itself', () => {
    const verdict = judged(check, (told) => {
      handles(told, 'm1', 'm2', { causationId: 'm1', correlationId: 'c' });
      handles(told, 'm2', 'm3', { causationId: 'm2', correlationId: 'c' });
      handles(told, 'm3', 'm1', { causationId: 'm3', correlationId: 'c' });
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: '"m1" is among its own causes' });
    expect(shown(verdict)).toEqual([4, 5]);
  });
});

describe('passes', () => {
  test('when each names what its handler was given, and inherits the correlation id', () => {
    const verdict = judged(check, (told) => {
      handles(told, 'm1', 'm2', { causationId: 'm1', correlationId: 'c' });
      handles(told, 'm1', 'm3', { causationId: 'm1', correlationId: 'c' });
      handles(told, 'm3', 'm4', { causationId: 'm3' }, {});
      handles(told, 'm4', 'm5', { causationId: 'm4', correlationId: 'begun here' }, {});
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('under headers of other names', () => {
    const named = causationChain(mq.published('audit'), { causation: 'cause', correlation: 'trace' });
    const tell = (trace: string) =>
      judged(named, (told) => handles(told, 'm1', 'm2', { cause: 'm1', trace }, { trace: 't' }));
    expect(tell('t')).toEqual({ verdict: 'pass', exercised: 1 });
    expect(tell('u').verdict).toBe('fail');
  });
});

test('the attributes of a CloudEvent count as headers do', () => {
  const event = (id: string, more: object): object => ({ specversion: '1.0', id, source: '/s', type: 't', ...more });
  const tell = (attributes: object) =>
    judged(check, (told) => {
      const cause = told.delivered('m1', { body: event('m1', { correlationid: 'c' }) });
      told.published('m2', { channels: ['audit'], causes: [cause], body: event('m2', attributes) });
    });
  expect(tell({ causationid: 'm1', correlationid: 'c' })).toEqual({ verdict: 'pass', exercised: 1 });
  expect(tell({ causationid: 'm1', correlationid: 'd' })).toMatchObject({
    says: '"m2" has the correlation id "d", its cause had "c"',
  });
  expect(tell({ causationId: 'm1', correlationid: 'c' })).toMatchObject({
    says: '"m2" names nothing as its cause, but its handler was given "m1"',
  });
});

describe('by way of an outbox', () => {
  const relayed = causationChain(mq.published('audit'), { outbox: db.table.t.inserted.by((row) => row.of) });
  const tell = (causationId: string, event = 'm2') =>
    judged(relayed, (told) => {
      const cause = told.delivered('m1');
      told.row('inserted', { id: 'r1', of: 'm2' }, { causes: [cause] });
      told.published(event, { channels: ['audit'], headers: { causationId } });
    });

  test('an event has the cause that its row has', () => {
    expect(tell('m1')).toEqual({ verdict: 'pass', exercised: 1 });
    const verdict = tell('m9');
    expect(verdict).toMatchObject({ says: '"m2" names "m9" as its cause, but its handler was given "m1"' });
    expect(shown(verdict)).toEqual([0, 2]);
  });
  test('one without a row has none', () => {
    expect(tell('m9', 'm3').verdict).toBe('unknown');
  });
});

describe('what is sent again under its own id', () => {
  const again = (headers: Record<string, unknown>) =>
    judged(check, (told) => handles(told, 'm2', 'm2', headers, { causationId: 'm1', correlationId: 'c' }));

  test('keeps both ids', () => {
    expect(again({ causationId: 'm1', correlationId: 'c' })).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test.each([
    [{ correlationId: 'c' }, '"m2" was sent again with nothing as its cause, and came with "m1"'],
    [{ causationId: 'm2', correlationId: 'c' }, '"m2" was sent again with "m2" as its cause, and came with "m1"'],
    [{ causationId: 'm1' }, '"m2" has the correlation id none, its cause had "c"'],
  ])('fails with headers %o', (headers, says) => {
    expect(again(headers)).toMatchObject({ verdict: 'fail', says });
  });

  test('is no cause of itself, and what follows from it follows from its cause', () => {
    const verdict = judged(check, (told) => {
      handles(told, 'm1', 'm2', { causationId: 'm1', correlationId: 'c' });
      handles(told, 'm2', 'm2', { causationId: 'm1', correlationId: 'c' }, { causationId: 'm1', correlationId: 'c' });
      handles(told, 'm2', 'm3', { causationId: 'm2', correlationId: 'c' }, { causationId: 'm1', correlationId: 'c' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });
});

test('says unknown when no handler published', () => {
  const verdict = judged(check, (told) => {
    const sent = told.record('workload', 'sent', { item: 'm1', nth: 1 });
    told.published('m1', { channels: ['audit'], causes: [sent] });
    const given = told.delivered('m1');
    told.published('m2', { channels: ['q'], causes: [given] });
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no message published to mq.audit by a handler in this run',
  });
});

test('of a batch any message may be the cause', () => {
  const names = (causationId: string): string =>
    judged(check, (told) => {
      const causes = ['m1', 'm2'].map((id) => told.delivered(id, { headers: { correlationId: `c-${id}` } }));
      const headers = { causationId, correlationId: 'c-m2' };
      told.published('m3', { channels: ['audit'], causes, headers });
    }).verdict;
  expect([names('m2'), names('m1'), names('m4')]).toEqual(['pass', 'fail', 'fail']);
});
