import { describe, expect, test } from 'vitest';
import { inWorlds } from '../../../sim/simulate.ts';
import { execute } from '../execute.ts';
import { happenedIn } from './happened.ts';
import { saved, savedCase, type SavedCase } from './saved.fixture.ts';
import { passingTwin } from './twin.ts';
import { actorOf } from './told.ts';

function told({ system, property, given }: SavedCase): Promise<{ sentence: string; actors: string[] }> {
  return inWorlds(async () => {
    const { record, verdicts } = await execute(system, [property], given);
    const evidence = verdicts[0]?.verdict === 'fail' ? verdicts[0].evidence : [];
    const twin = await passingTwin(system, property, given, record.entries);
    return {
      sentence: happenedIn(record.entries, evidence, twin?.entries),
      actors: [evidence[0], evidence.at(-1)].flatMap((entry) => (entry ? [actorOf(entry)] : [])),
    };
  });
}

describe('what happened, in a sentence', () => {
  test.each([
    [
      'inbox-after-charge',
      'billing/0 inserted c1 into db.charges for PaymentRequested#p7941 at 21.8 ms, crashed between 2nd commit on db and its answer, before its ack, and inserted c2 into db.charges after the redelivery at 1.03 s',
    ],
    [
      'looks-then-inserts',
      'PaymentRequested#p9988 came to payments twice at 14.3 ms, billing/1 inserted c1 into db.charges for PaymentRequested#p9988 at 24.5 ms, and billing/0 inserted c2 into db.charges from another delivery of it at 28.9 ms',
    ],
    [
      'acks-before-parking',
      'the workload had InvoiceIssued#i930 confirmed at 15.5 ms, invoicing/0 acked InvoiceIssued#i930 at 26.2 ms, and crashed at 27 ms before publish of InvoiceIssued to mq, its ack sent; missing against the passing twin: a message to mq.invoices, a message to mq.invoices.parked, a dead letter from mq.invoices.parked, 1 more',
    ],
    // What the struck process did next, beside the fault.
    [
      'latest-clock-wins',
      'the clock of accounts/1 was 500 ms behind from 0 s to 2901 ms, accounts/1 appended version 2 to bank.account-Bob for Command#c78 at 139.3 ms, and projection/0 updated Bob in db.balances for Command#c247/Deposited#1 at 217.3 ms',
    ],
    [
      'sends-in-parallel',
      'relay/0 waited 20 ms longer for its publish of OrderAccepted to mq at 211.9 ms, published OrderAccepted#relay.2 to mq.accepted at 219 ms, and published OrderAccepted#relay.1 to mq.accepted at 232.1 ms',
    ],
    [
      'requeues-for-ever',
      'every delivery of PaymentRequested#p5342 was poisoned (not parseable) at 14.7 ms, billing/0 received PaymentRequested#p5342, the first of 1126 times, and billing/1 received PaymentRequested#p5342 for the 26th time at 12.536 s',
    ],
  ])('%s', async (variant, sentence) => {
    expect((await told(savedCase(variant))).sentence).toBe(sentence);
  });

  test('of many faults the last ones are told, and how many there are besides', () => {
    const entries = Array.from({ length: 7 }, (_, n) => {
      const sentence = `mq is silent from ${n} s to ${n + 1} s`;
      return { n, timeUs: n * 1_000_000, process: 'mq', kind: 'fault', data: { sentence }, causes: [] };
    });
    const ended = {
      n: 7,
      timeUs: 9_000_000,
      process: 'billing/0',
      kind: 'crashed',
      data: { why: 'Error' },
      causes: [],
    };
    const sentence = happenedIn([...entries, ended], [ended]);
    expect(sentence).toMatch(
      /^mq was silent from 3 s to 4 s, .* from 6 s to 7 s, and billing\/0 .*; 3 faults more struck before the first of these$/,
    );
    expect(happenedIn([...entries.slice(3), ended], [ended])).not.toContain('more struck');
  });

  test('names who made the evidence, in words, on one line, of every saved failure; no two are alike', async () => {
    const sentences = new Set<string>();
    for (const of of saved) {
      const { sentence, actors } = await told(of);
      expect([of.file, actors.filter((actor) => !sentence.includes(actor))]).toEqual([of.file, []]);
      expect([of.file, sentence]).toEqual([of.file, expect.not.stringMatching(/undefined|\[object|NaN|\n| {2}/)]);
      expect([of.file, sentence.length]).toEqual([of.file, expect.toSatisfy((length: number) => length < 700)]);
      sentences.add(sentence);
    }
    // Two variants of the relay fail by one plan, and what shows is the same.
    expect(sentences.size).toBeGreaterThanOrEqual(saved.length - 1);
  });

  const entry = (n: number, kind: string, data: object, causes: number[] = []) => ({
    n,
    timeUs: n * 1000,
    process: 'booking/0',
    kind,
    data,
    causes,
  });

  describe('of what happens many times, which one it was', () => {
    const inserted = (n: number, key: string) =>
      entry(n, 'inserted', { component: 'db', channels: ['seats'], value: {}, about: { key } });
    const all = ['a', 'a', 'b', 'a', 'a', 'a'].map((key, n) => inserted(n, key));

    test.each([
      [0, 'booking/0 inserted a into db.seats at the start, the first of 5 times'],
      [2, 'booking/0 inserted b into db.seats at 2 ms'],
      [3, 'booking/0 inserted a into db.seats at 3 ms, the 3rd of 5 times'],
      [5, 'booking/0 inserted a into db.seats at 5 ms, the last of 5 times'],
    ])('entry %i', (n, says) => {
      expect(happenedIn(all, all.slice(n, n + 1))).toBe(says);
    });

    test('what another service does counts apart; so do three', () => {
      const others = all.map((one, n) =>
        n < 2 ? { ...one, process: 'moving/0' } : { ...one, process: `booking/${n}` },
      );
      expect(happenedIn(others, others.slice(0, 1))).toBe('moving/0 inserted a into db.seats at the start');
      expect(happenedIn(others, others.slice(5))).toBe('booking/5 inserted a into db.seats at 5 ms');
    });

    test.each(['published', 'delivered'])(
      'messages of a type that are made anew for one item count together, others apart: %s',
      (kind) => {
        const sent = (n: number, lineage: string, type = 'Call') =>
          entry(n, kind, { component: 'mq', channels: ['calls'], value: { type }, about: { lineage } });
        const lineages = ['Want#a/Call#1', 'Want#a/Call#2', 'Want#b/Call#1', 'Want#a/Call#2/Call#1', 'Want#a/Call#4'];
        const calls = [...lineages.map((lineage, n) => sent(n, lineage)), sent(5, 'Want#a/Hint#1', 'Hint')];
        expect(happenedIn(calls, calls.slice(1, 2))).toMatch(
          / Want#a\/Call#2( to mq\.calls)? at 1 ms, the 2nd of 4 times$/,
        );
        expect(happenedIn(calls, calls.slice(5))).toMatch(/ Want#a\/Hint#1( to mq\.calls)? at 5 ms$/);
      },
    );
  });

  test.each([
    ['deadLettered', 'mq dead-lettered Wanted#a from mq.seats (rejected)'],
    ['dropped', 'mq dropped Wanted#a from mq.seats (rejected, and nothing takes its dead letters)'],
  ])('of what is lacking, what its broker did last, not the rejection that is recorded behind it', (kind, says) => {
    const about = { lineage: 'Wanted#a' };
    const on = { component: 'mq', channels: ['seats'], value: { id: 'a', type: 'Wanted' } };
    const all = [
      entry(0, 'published', { ...on, about }),
      entry(1, 'delivered', { ...on, about: { ...about, nth: 1 } }, [0]),
      { ...entry(2, kind, { ...on, about: { ...about, reason: 'rejected' } }, [0]), process: 'mq' },
      { ...entry(3, 'nacked', { ...on, about: { ...about, requeue: false } }, [1]), timeUs: 2000 },
    ];
    const row = entry(4, 'inserted', { component: 'db', channels: ['seats'], value: {}, about: { key: 'a' } });
    expect(happenedIn(all, all.slice(0, 1), [...all, row])).toContain(says);
    const later = all.map((one) => (one.kind === 'nacked' ? { ...one, timeUs: 2001 } : one));
    expect(happenedIn(later, later.slice(0, 1), [...later, row])).toContain('and nacked Wanted#a at 2 ms');
  });

  test.each([
    ['a', / had Wanted#a confirmed at the start, and log cut Wanted#a\/Notice#1 off notices\/0 at 2 ms$/],
    ['b', / had Wanted#a confirmed at the start$/],
  ])('what a failover cut off that was made for the same item: %s', (item, says) => {
    const confirmed = entry(0, 'confirmed', { component: 'log', channels: ['scans'], about: { lineage: 'Wanted#a' } });
    const value = { topic: 'notices', partition: 0, node: 1, from: 1, to: 0, lost: [`Wanted#${item}/Notice#1`] };
    const cut = (n: number) => ({
      ...entry(n, 'truncated', { component: 'log', channels: ['notices'], value }),
      process: 'log',
    });
    expect(happenedIn([confirmed, entry(1, 'started', {}), cut(2), cut(3)], [confirmed])).toMatch(says);
  });

  test('again is what was done for the same item before', () => {
    const handed = (n: number, item: string) =>
      entry(n, 'delivered', {
        component: 'mq',
        channels: ['seats'],
        value: { id: item, type: 'Wanted' },
        about: { lineage: `Wanted#${item}`, nth: 1 },
      });
    const called = (n: number, cause: number) =>
      entry(n, 'called', { component: 'card', channels: ['charge'], value: {}, about: {} }, [cause]);
    const told = (second: string): string => {
      const all = [handed(0, 'a'), called(1, 0), handed(2, second), called(3, 2)];
      return happenedIn(
        all,
        [all[1], all[3]].flatMap((one) => (one ? [one] : [])),
      );
    };
    expect(told('a')).toContain(' again');
    expect(told('b')).not.toContain(' again');
  });

  describe('what came of a message that no end was found for', () => {
    const entry = (n: number, kind: string, data: object, causes: number[] = []) => ({
      n,
      timeUs: n * 1000,
      process: 'mails/0',
      kind,
      data: { component: 'mq', channels: ['mails'], value: {}, about: { lineage: 'Paid#p1' }, ...data },
      causes,
    });
    const settled = [entry(2, 'delivered', {}), entry(3, 'acked', {}, [2])];
    const all = [entry(0, 'started', {}), entry(1, 'started', { version: 2 }), ...settled];
    const handed = all.filter(({ kind }) => kind === 'delivered');

    test('is told where it fails without any fault, so that no twin shows what is missing', () => {
      expect(happenedIn(all, handed, undefined, true)).toBe(
        'mails/0 received Paid#p1 at 2 ms, and acked Paid#p1 at 3 ms',
      );
      expect(happenedIn(all, handed, undefined, false)).toBe('mails/0 received Paid#p1 at 2 ms');
    });

    test.each([
      ['mails/0', 'TypeError', ', and crashed with TypeError at 4 ms'],
      ['mails/0', 'process.exit 1', ', and crashed at 4 ms'],
      ['mails/0', 'fault', ''],
      ['mails/1', 'TypeError', ''],
    ])('is told with the death behind it of whoever had it: of %s by %s', (process, why, told) => {
      const died = { ...entry(4, 'crashed', { death: 'process', why }), process };
      const sentence = happenedIn([...all, died], handed, undefined, true);
      expect(sentence).toContain('mails/0 received Paid#p1 at 2 ms');
      expect(sentence.slice(sentence.indexOf('acked Paid#p1 at 3 ms') + 21)).toBe(told);
    });

    test('is told of two versions that run side by side, which both have started', () => {
      const mailed = entry(4, 'inserted', { channels: ['mailed'] }, [2]);
      const sentence = happenedIn(all, all.slice(0, 3), [...all, mailed]);
      expect(sentence).toMatch(/and acked Paid#p1 at 3 ms; missing against the passing twin: a row in mq\.mailed$/);
    });
  });

  test('of evidence alone, whatever its entries hold', () => {
    const odd = { n: 0, timeUs: 5, process: 'x', kind: 'wondered', data: 'why', causes: [7] };
    expect(happenedIn([odd], [odd])).toBe('x wondered at 5 µs');
    expect(happenedIn([], [])).toBe('');
  });
});
