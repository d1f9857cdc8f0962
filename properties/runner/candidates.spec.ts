/** Faults of brokers and of load are proposed where they fit, and nowhere else. */
import { expect, test } from 'vitest';
import { printFault } from '../../sim/faults/print.ts';
import type { OperationSite, SiteRecord } from '../../sim/faults/site.ts';
import { candidatesOf, windowsOf } from './candidates.ts';

const publish = (item: string, more: Partial<OperationSite> = {}): SiteRecord => ({
  what: 'operation',
  moment: { at: 'send', nth: 1, item },
  printed: `1st send of ${item}`,
  operation: { nth: 1, phrase: 'publish of Paid to mq' },
  class: 'publish',
  component: 'mq',
  broker: 'mq',
  timeUs: 1_000_000,
  touches: 'mq.payments',
  ...more,
});
const delivered = (item: string): SiteRecord => ({
  what: 'delivery',
  moment: { at: 'delivery', nth: 1, lineage: `Paid#${item}`, service: 'billing' },
  channel: 'payments',
  component: 'mq',
  isLimited: false,
  timeUs: 2_000_000,
});

const proposed = (sites: readonly SiteRecord[], ...kinds: string[]): string[] =>
  [...candidatesOf(sites, new Set(kinds)), ...windowsOf(sites, new Set(kinds))].map(({ fault }) => printFault(fault));

test('a broker blocks publishers, and restarts where messages are published that a restart loses', () => {
  const modes = (more: Partial<OperationSite>): (string | undefined)[] => [
    ...new Set(proposed([publish('p1', more)], 'outage').map((sentence) => /is (.*) from/.exec(sentence)?.[1])),
  ];
  expect(modes({})).toEqual(['refusing', 'silent']);
  expect(modes({ outages: ['blocking publishers'] })).toEqual(['refusing', 'silent', 'blocking publishers']);
  expect(modes({ outages: ['blocking publishers', 'restarting'] })).toContain('restarting');
});

test('a connection goes half-open where an operation goes over one', () => {
  const halves = (more: Partial<OperationSite>): string[] =>
    proposed([publish('p1', more)], 'disconnect').filter((sentence) => sentence.includes('half-open'));
  expect(halves({})).toEqual([]);
  expect(halves({ halfOpens: true })).toEqual([
    '1st send of p1: half-open connection to mq before publish of Paid to mq',
  ]);
});

test('a store that is reached over a connection may lose it', () => {
  const commit = publish('p1', {
    class: 'commit',
    component: 'db',
    broker: undefined,
    operation: { nth: 1, phrase: 'commit on db' },
  });
  expect(proposed([commit], 'disconnect').filter((sentence) => sentence.includes(' db '))).toEqual([]);
  expect(
    proposed([{ ...commit, connection: 'db' } as SiteRecord], 'disconnect').filter((sentence) =>
      / (from|to) db /.test(sentence),
    ),
  ).toEqual([
    '1st send of p1: disconnect from db before commit on db',
    '1st send of p1: disconnect from db between commit on db and its answer',
    '1st send of p1: disconnect from db after commit on db',
    '1st send of p1: half-open connection to db before commit on db',
  ]);
});

test('a publish may fail, as a statement may', () => {
  expect(proposed([publish('p1')], 'store-error')).toEqual(['1st send of p1: publish of Paid to mq fails']);
});

test('all items are sent at once, if there are two', () => {
  expect(proposed([publish('p1')], 'burst')).toEqual([]);
  expect(proposed([publish('p1'), publish('p2'), publish('p1'), publish('p3')], 'burst')).toEqual([
    'burst of 3 items from p1',
  ]);
});

test('an operation answers late; each service that takes messages is slow', () => {
  expect(proposed([publish('p1')], 'slow')).toEqual(['1st send of p1: publish of Paid to mq answers 8 s late']);
  expect(proposed([delivered('p1'), delivered('p2')], 'slow')).toEqual([
    'every operation of billing/0 takes 500 ms longer from 0 s to 12 s',
  ]);
});

test('the network is cut, also one way, between a service and what it reaches over sockets', () => {
  const wire: SiteRecord = { what: 'wire', service: 'billing', component: 'mq', timeUs: 0 };
  const cuts = (...sites: SiteRecord[]): string[] =>
    proposed(sites, 'disconnect').filter((sentence) => sentence.startsWith('network'));
  expect(cuts(publish('p1'))).toEqual([]);
  expect(cuts(publish('p1'), wire)).toEqual(
    [100, 500].flatMap((ms) =>
      ['between billing and mq', 'from billing to mq', 'to billing from mq'].map(
        (where) => `network ${where} is cut from ${ms} ms to ${ms + 3_000} ms`,
      ),
    ),
  );
});

test('kinds that were not asked for are not proposed', () => {
  expect(proposed([publish('p1', { halfOpens: true }), publish('p2'), delivered('p1')], 'hold')).toEqual([]);
});

test('a process that dies behind its ack with work left to do comes before all else', () => {
  const moment = { at: 'delivery', nth: 1, lineage: 'Paid#p1', service: 'billing' } as const;
  const at = (phrase: string, of: OperationSite['class']): SiteRecord =>
    ({ ...publish('p1'), moment, operation: { nth: 1, phrase }, class: of }) as SiteRecord;
  const firstOf = (...sites: readonly SiteRecord[]): string[] => {
    const all = candidatesOf(sites, new Set(['crash', 'ack-lost', 'delay']));
    const least = Math.min(...all.map(({ rank }) => rank));
    return all.filter(({ rank }) => rank === least).map(({ fault }) => printFault(fault));
  };
  expect(firstOf(at('ack', 'ack'), at('commit on db', 'commit'))).toEqual([
    '1st delivery of Paid#p1 to billing: crash between ack and its answer',
  ]);
  expect(firstOf(at('commit on db', 'commit'), at('ack', 'ack')).length).toBeGreaterThan(1);
  expect(firstOf(at('ack', 'ack'), at('nack', 'ack')).length).toBeGreaterThan(1);
});

test('a poison for good comes before one that spoils a delivery', () => {
  const ranks = (isForGood: boolean): number[] =>
    candidatesOf([delivered('p1')], new Set(['poison'])).flatMap(({ fault, rank }) =>
      fault.kind === 'poison' && (fault.moment === undefined) === isForGood ? [rank] : [],
    );
  expect(Math.max(...ranks(true))).toBeLessThan(Math.min(...ranks(false)));
});
