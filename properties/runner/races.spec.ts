/** Which holds reverse two operations that nothing else orders. */
import { expect, test } from 'vitest';
import type { MomentRef } from '../../sim/faults/fault.ts';
import type { OperationClass, OperationSite } from '../../sim/faults/site.ts';
import { racesOf } from './races.ts';

function delivery(lineage: string): MomentRef {
  return { at: 'delivery', nth: 1, lineage, service: 'billing' };
}

function site(moment: MomentRef, phrase: string, of: OperationClass, touches = 'db.paid/1'): OperationSite {
  return {
    what: 'operation',
    moment,
    printed: 'lineage' in moment ? moment.lineage : moment.at,
    operation: { nth: 1, phrase },
    class: of,
    component: 'db',
    broker: 'mq',
    timeUs: 0,
    touches,
  };
}

const commit = (lineage: string): OperationSite => site(delivery(lineage), 'commit on db', 'commit');
const get = (lineage: string): OperationSite => site(delivery(lineage), 'get from db.paid', 'statement');

test('two handlers that touch one row: the earlier one is held until after the later one', () => {
  const [race, ...others] = racesOf([commit('Paid#1'), commit('Paid#2')]);
  expect(others).toEqual([]);
  expect(race).toMatchObject({
    touch: 'db.paid/1',
    rank: 1,
    fault: { kind: 'hold', site: { moment: delivery('Paid#1') }, until: { moment: delivery('Paid#2') } },
  });
});

test('rows apart, two reads, and one handler are in no order that could be another', () => {
  expect(racesOf([commit('Paid#1'), { ...commit('Paid#2'), touches: 'db.paid/2' }])).toEqual([]);
  expect(racesOf([get('Paid#1'), get('Paid#2')])).toEqual([]);
  expect(racesOf([get('Paid#1'), commit('Paid#1')])).toEqual([]);
  expect(racesOf([get('Paid#1'), commit('Paid#2')])).toHaveLength(1);
});

test('what follows from a message comes after it was sent, and races with what comes behind that', () => {
  const publish = site(delivery('Paid#1'), 'publish of Booked to mq', 'publish', '');
  expect(racesOf([commit('Paid#1'), publish, commit('Paid#1/Booked#1')])).toEqual([]);
  expect(racesOf([publish, commit('Paid#1'), commit('Paid#1/Booked#1')])).toHaveLength(1);
});

test('two processes may do at once what a service does on its own, messages that it sends', () => {
  const work: MomentRef = { at: 'work', service: 'relay' };
  const publish = site(work, 'publish of Booked to mq', 'publish', 'mq');
  expect(racesOf([publish, { ...publish, operation: { nth: 2, phrase: 'publish of Booked to mq' } }])).toHaveLength(1);
  expect(racesOf([site(work, 'get from db.paid', 'statement'), commit('Paid#1')])).toEqual([]);
});

test('the step of a conversation tells classes apart, the message does not', () => {
  const classes = (...lineages: string[]): string[] => racesOf(lineages.map(commit)).map((race) => race.class);
  expect(classes('Paid#1', 'Paid#2')).toEqual(classes('Paid#3', 'Paid#4'));
  expect(classes('Paid#1', 'Asked#1/Paid#1')).not.toEqual(classes('Paid#1', 'Paid#2'));
});

test('the nearest pairs come first, and no run has so many that they could not be looked at', () => {
  const sites = Array.from({ length: 3_000 }, (_, n) => commit(`Paid#${n}`));
  const races = racesOf(sites);
  expect(races).toHaveLength(200);
  expect(races[0]?.fault).toMatchObject({ until: { moment: delivery('Paid#1') } });
  expect(races[199]?.fault).toMatchObject({ until: { moment: delivery('Paid#200') } });
});

test('what is read just before it changes is tried before what is written twice', () => {
  const [lost, twice] = [racesOf([commit('Paid#1'), get('Paid#2')]), racesOf([commit('Paid#1'), commit('Paid#2')])];
  expect(lost[0]?.rank).toBeLessThan(twice[0]?.rank ?? 0);
});
