import { describe, expect, test } from 'vitest';
import { eventualDelivery } from './eventual-delivery.ts';
import { judged, mq, shown } from './history.fixture.ts';

const check = eventualDelivery(mq.published('q'));

describe('fails', () => {
  test('when a message was never delivered', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.delivered('m1');
      told.acked('m1');
      told.published('m2');
      told.published('m3');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message published to mq.q: 2 not settled at the end; the first is T#m2',
    });
    expect(shown(verdict)).toEqual([3]);
  });

  test('and says of what was made from what, over and over, where it began', () => {
    const verdict = judged(check, (told) => void told.published('m1', { lineage: `T#m0${'/T#1'.repeat(99)}` }));
    expect(verdict).toMatchObject({ says: expect.stringMatching(/the first is T#m0\/…\/T#1$/) });
  });

  test('when a delivery was never settled, or only requeued', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.delivered('m1');
      told.nacked('m1', true);
    });
    expect(shown(verdict)).toEqual([1]);
  });

  test('when it comes again after its ack and stays open', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.delivered('m1');
      told.acked('m1');
      told.delivered('m1', { redelivered: true });
    });
    expect(shown(verdict)).toEqual([3]);
  });

  test('when only another broker settled one of that name', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.record('other/0', 'acked', { component: 'other', channels: ['q'], about: { lineage: 'T#m1' } });
      told.record('mq', 'acked', { component: 'mq', about: { lineage: 'T#m1' } });
      told.record('world', 'acked', undefined);
    });
    expect(shown(verdict)).toEqual([0]);
  });

  test('when only another queue settled it', () => {
    const verdict = judged(check, (told) => {
      told.published('m1', { channels: ['q', 'audit'] });
      told.delivered('m1', { channels: ['audit'] });
      told.acked('m1', { channels: ['audit'] });
    });
    expect(verdict.verdict).toBe('fail');
  });
});

describe('passes', () => {
  test('when each was acked, given up or dropped', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm2', 'm3', 'm4']) told.published(id);
      for (const id of ['m1', 'm2']) told.delivered(id);
      told.acked('m1');
      told.nacked('m2', false);
      told.deadLettered('m3');
      told.dropped('m4');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('when the confirm comes after the ack', () => {
    const verdict = judged(eventualDelivery(mq.confirmed('q')), (told) => {
      told.published('m1');
      told.delivered('m1');
      told.acked('m1');
      told.confirmed('m1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('a second publish of the same message opens it again', () => {
  const verdict = judged(check, (told) => {
    told.published('m1');
    told.delivered('m1');
    told.acked('m1');
    told.published('m1');
  });
  expect(shown(verdict)).toEqual([3]);
});

test('says unknown when nothing was taken in', () => {
  expect(judged(check, (told) => told.published('m1', { channels: ['audit'] }))).toEqual({
    verdict: 'unknown',
    why: 'no message published to mq.q in this run',
  });
});
