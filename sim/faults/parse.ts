import { readCut } from './cut.ts';
import type { FaultData, MomentRef, OperationRef, Place, Poison, Site } from './fault.ts';
import { OUTAGE_MODES, POISONS } from './fault.ts';
import { distance, nearest } from '../nearest.ts';
import { readCoordinator, readLeader, readLogWindow, readOpenTransaction } from './parse-log.ts';
import { fail, Reader } from './reader.ts';
import { tokenize } from './tokens.ts';

/**
 * Reads a fault sentence.
 * @throws EddyError EDDY_FAULT_SYNTAX with `column` (from 1) and what was expected there
 */
export function parseFault(sentence: string): FaultData {
  const split = tokenize(sentence);
  if ('unclosed' in split) fail(sentence, split.unclosed, 'a closing quote');
  const reader = new Reader(sentence, split.tokens);
  const fault = readFault(reader);
  reader.end();
  return fault;
}

function readFault(r: Reader): FaultData {
  if (r.takes('every', 'delivery', 'of')) {
    const lineage = r.lineage();
    r.wants(':');
    return { kind: 'poison', lineage, how: readPoison(r) };
  }
  if (r.takes('every', 'operation', 'of')) return readSlowness(r);
  if (r.takes('burst', 'of')) return readBurst(r);
  const nth = r.nth();
  if (nth !== undefined && r.takes('arrival', 'of')) return readArrival(r, nth);
  if (nth === undefined && r.takes('clock', 'of')) return readSkew(r);
  if (nth === undefined && r.takes('deploy', 'of')) {
    const service = r.name('a service');
    r.wants('at');
    const atUs = r.durationUs();
    return { kind: 'deploy', service, atUs, ...readOption(r, 'overlap') };
  }
  if (nth === undefined && r.takes('leader', 'of')) return readLeader(r);
  if (nth === undefined && r.takes('coordinator', 'of')) return readCoordinator(r);
  if (nth === undefined && r.takes('a', 'transaction', 'stays', 'open', 'on')) return readOpenTransaction(r);
  if (nth === undefined && !r.looksAt('work', 'of')) return readLogWindow(r) ?? readCut(r) ?? readOutage(r);
  const moment = readMoment(r, nth);
  r.wants(':');
  return readEffect(r, moment);
}

function readMoment(r: Reader, nth: number | undefined): MomentRef {
  if (nth === undefined) {
    r.wants('work', 'of');
    return { at: 'work', service: r.name('a service') };
  }
  if (r.takes('send', 'of')) return { at: 'send', nth, item: r.name('the key of a workload item') };
  if (r.takes('start', 'of')) return { at: 'start', nth, service: r.name('a service') };
  if (!r.takes('delivery', 'of')) r.fail('"delivery of", "send of", "start of" or "arrival of"');
  const lineage = r.lineage();
  r.wants('to');
  return { at: 'delivery', nth, lineage, service: r.name('a service') };
}

function readEffect(r: Reader, moment: MomentRef): FaultData {
  if (r.takes('poison', ',')) {
    if (moment.at !== 'delivery') r.fail('a delivery before "poison"');
    return { kind: 'poison', lineage: moment.lineage, moment, how: readPoisonWord(r) };
  }
  for (const [word, loss] of [
    ['crash', 'process'],
    ['host loss', 'host'],
  ] as const) {
    if (!r.takes(...word.split(' '))) continue;
    const place = readPlace(r, moment);
    return r.takes(',', 'restart', 'after')
      ? { kind: 'crash', place, loss, restartUs: r.durationUs() }
      : { kind: 'crash', place, loss };
  }
  if (r.takes('graceful', 'stop')) {
    const place = readPlace(r, moment);
    return { kind: 'deploy', place, ...readOption(r, 'grace') };
  }
  if (r.takes('deploy', 'of')) {
    const service = r.name('a service');
    const place = readPlace(r, moment);
    return { kind: 'deploy', service, place, ...readOption(r, 'overlap') };
  }
  if (r.takes('disconnect', 'from')) {
    const component = r.name('a broker');
    return { kind: 'disconnect', component, place: readPlace(r, moment) };
  }
  if (r.takes('half-open', 'connection', 'to')) {
    const component = r.name('a broker');
    return { kind: 'disconnect', component, halfOpen: true, place: readPlace(r, moment) };
  }
  if (r.takes('pause', 'of')) {
    const forUs = r.durationUs();
    return { kind: 'pause', forUs, place: readPlace(r, moment) };
  }
  if (r.takes('session', 'times', 'out')) return { kind: 'rebalance', by: 'session', place: readPlace(r, moment) };
  if (r.takes('poll', 'interval', 'is', 'exceeded'))
    return { kind: 'rebalance', by: 'poll', place: readPlace(r, moment) };
  if (r.takes('leader', 'of')) {
    const component = r.name('a log broker');
    r.wants('fails', 'over');
    return { kind: 'failover', component, ...(r.takes('uncleanly') && { unclean: true }), place: readPlace(r, moment) };
  }
  if (r.takes('clock', 'jumps')) {
    const us = r.durationUs();
    const back = r.takes('back');
    if (!back && !r.takes('forward')) r.fail('"forward" or "back"');
    return { kind: 'clock-skew', byUs: back ? 0 - us : us, place: readPlace(r, moment) };
  }
  return readOperationEffect(r, moment);
}

/** `, overlap of 20 ms` */
function readOption<K extends 'grace' | 'overlap'>(r: Reader, what: K): { [N in `${K}Us`]?: number } {
  return (r.takes(',', what, 'of') ? { [`${what}Us`]: r.durationUs() } : {}) as { [N in `${K}Us`]?: number };
}

/** What a sentence may go on with that names no operation. */
const EFFECTS = [
  'crash',
  'host',
  'graceful',
  'deploy',
  'disconnect',
  'half-open',
  'pause',
  'session',
  'poll',
  'leader',
  'clock',
];

/** So many letters may be wrong in a word that was meant to be another. */
const SLIP_MAX = 2;

const ENDS = [['is', 'lost'], ['is', 'held'], ['fails'], ['conflicts'], ['takes'], ['answers']] as const;

function readOperationEffect(r: Reader, moment: MomentRef): FaultData {
  const first = r.peek();
  const lead = r.takes('confirm', 'of') ? 'confirm' : r.takes('answer', 'of') ? 'answer' : undefined;
  const site: Site = { moment, operation: readOperation(r, ENDS) };
  if (lead === 'confirm') {
    r.wants('is', 'lost');
    return { kind: 'confirm-lost', site };
  }
  if (lead === 'answer') {
    r.wants('is', 'lost', ',');
    const not = r.takes('not');
    r.wants('applied');
    return { kind: 'commit-unknown', site, applied: !not };
  }
  if (r.takes('fails')) return { kind: 'store-error', site };
  if (r.takes('conflicts')) return { kind: 'conflict', site };
  if (r.takes('is', 'lost')) return { kind: 'ack-lost', site };
  if (r.takes('takes')) {
    const byUs = r.durationUs();
    r.wants('longer');
    return { kind: 'delay', site, byUs };
  }
  if (r.takes('answers')) {
    const byUs = r.durationUs();
    r.wants('late');
    return { kind: 'slow', site, byUs };
  }
  if (!r.takes('is', 'held', 'until', 'after')) {
    const ends = '"is lost", "fails", "conflicts", "takes ... longer", "answers ... late" or "is held until after"';
    const meant = nearest(first, EFFECTS) ?? '';
    r.fail(distance(first, meant) <= SLIP_MAX ? `${ends}, or "${meant}" for "${first}"` : ends);
  }
  const until = readMoment(r, r.nth());
  r.wants(':');
  return { kind: 'hold', site, until: { moment: until, operation: readOperation(r, []) } };
}

function readOperation(r: Reader, ends: readonly (readonly string[])[]): OperationRef {
  return { nth: r.nth() ?? 1, phrase: r.phrase(ends) };
}

function readPlace(r: Reader, moment: MomentRef): Place {
  if (r.takes('on', 'receipt')) return { moment, gap: 'receipt' };
  if (r.takes('between')) {
    const operation = readOperation(r, [['and', 'its', 'answer']]);
    r.wants('and', 'its', 'answer');
    return { moment, gap: 'between', operation };
  }
  const gap = r.takes('before')
    ? 'before'
    : r.takes('after')
      ? 'after'
      : r.fail('"on receipt", "before", "between" or "after"');
  const operation = readOperation(r, []);
  if (gap === 'after' && r.takes(',', 'before')) return { moment, gap, operation, next: readOperation(r, []) };
  return { moment, gap, operation };
}

function readPoison(r: Reader): Poison {
  r.wants('poison', ',');
  return readPoisonWord(r);
}

function readPoisonWord(r: Reader): Poison {
  const how = POISONS.find((poison) => r.takes(...poison.split(' ')));
  return how ?? r.fail(`one of: ${POISONS.join('; ')}`);
}

function readArrival(r: Reader, nth: number): FaultData {
  const lineage = r.lineage();
  r.wants('in');
  const arrival = { nth, lineage, channel: r.name('a queue') };
  r.wants(':', 'comes');
  if (r.takes('again', 'after')) return { kind: 'duplicate', arrival, afterUs: r.durationUs() };
  const byUs = r.durationUs();
  r.wants('late');
  return { kind: 'late', arrival, byUs };
}

function readSkew(r: Reader): FaultData {
  const whose = r.instance();
  r.wants('is');
  const us = r.durationUs();
  const behind = r.takes('behind');
  if (!behind && !r.takes('ahead')) r.fail('"ahead" or "behind"');
  r.wants('from');
  const fromUs = r.durationUs();
  r.wants('to');
  return { kind: 'clock-skew', ...whose, byUs: behind ? 0 - us : us, fromUs, toUs: r.untilUs(fromUs) };
}

function readOutage(r: Reader): FaultData {
  const component = r.name('"1st delivery of ...", "work of ...", "every delivery of ..." or a component');
  r.wants('is');
  const mode = OUTAGE_MODES.find((each) => r.takes(...each.split(' '))) ?? r.fail(`one of: ${OUTAGE_MODES.join('; ')}`);
  r.wants('from');
  const fromUs = r.durationUs();
  r.wants('to');
  return { kind: 'outage', component, mode, fromUs, toUs: r.untilUs(fromUs) };
}

function readSlowness(r: Reader): FaultData {
  const whose = r.instance();
  r.wants('takes');
  const byUs = r.durationUs();
  r.wants('longer', 'from');
  const fromUs = r.durationUs();
  r.wants('to');
  return { kind: 'slowness', ...whose, byUs, fromUs, toUs: r.untilUs(fromUs) };
}

function readBurst(r: Reader): FaultData {
  const count = r.count('how many items');
  r.wants('items', 'from');
  return { kind: 'burst', count, item: r.name('the key of a workload item') };
}
