/** What a fault did, in a sentence about the past; `by` says whether the process that it struck is its subject. */
import type { FaultData } from '../../../sim/faults/fault.ts';
import { printFault, printOperation } from '../../../sim/faults/print.ts';
import { printDuration } from '../../../sim/faults/words.ts';
import { logFaultText } from './log-clause.ts';

export interface FaultClause {
  readonly by: 'process' | 'itself';
  /** The time stands behind it, unless `hasTime`. */
  readonly text: string;
  readonly rest?: string;
  readonly hasTime?: boolean;
}

export function faultClause(fault: FaultData): FaultClause {
  const struck = (text: string, rest = ''): FaultClause => ({ by: 'process', text, rest });
  switch (fault.kind) {
    case 'crash':
      return struck(fault.loss === 'host' ? 'lost its host' : 'crashed', whereOf(fault));
    case 'pause':
      return struck(`stood still for ${printDuration(fault.forUs)}`, whereOf(fault));
    case 'disconnect':
      return struck(`lost its connection to ${fault.component}`, whereOf(fault));
    case 'ack-lost':
      return struck(`lost its ${printOperation(fault.site.operation)}`);
    case 'confirm-lost':
      return struck(`never heard the confirm of its ${printOperation(fault.site.operation)}`);
    case 'store-error':
      return struck(`had its ${printOperation(fault.site.operation)} fail`);
    case 'conflict':
      return struck(`met a conflict at its ${printOperation(fault.site.operation)}`);
    case 'commit-unknown': {
      const applied = fault.applied ? 'applied' : 'not applied';
      return struck(`never heard the answer of its ${printOperation(fault.site.operation)} (${applied})`);
    }
    case 'delay':
      return struck(`waited ${printDuration(fault.byUs)} longer for its ${printOperation(fault.site.operation)}`);
    case 'slow':
      return struck(`heard of its ${printOperation(fault.site.operation)} ${printDuration(fault.byUs)} late`);
    case 'hold':
      return struck(`had its ${printOperation(fault.site.operation)} held back`);
    case 'rebalance':
    case 'failover': {
      const text = logFaultText(fault);
      return text === undefined ? windowClause(fault) : struck(text, whereOf(fault));
    }
    default:
      return windowClause(fault);
  }
}

/** Faults that strike no operation. */
function windowClause(fault: FaultData): FaultClause {
  const itself = (text: string, hasTime = false): FaultClause => ({ by: 'itself', text, hasTime });
  switch (fault.kind) {
    case 'duplicate':
      return itself(`${fault.arrival.lineage} came to ${fault.arrival.channel} twice`);
    case 'late':
      return itself(`${fault.arrival.lineage} came to ${fault.arrival.channel} ${printDuration(fault.byUs)} late`);
    case 'poison':
      return itself(`${fault.moment ? '' : 'every delivery of '}${fault.lineage} was poisoned (${fault.how})`);
    case 'burst':
      return itself(`${fault.count} items from ${fault.item} on were sent at once`);
    case 'clock-skew': {
      if (!('place' in fault)) return itself(inThePast(printFault(fault)), true);
      const way = fault.byUs < 0 ? 'back' : 'forward';
      return {
        by: 'process',
        text: `had its clock jump ${printDuration(Math.abs(fault.byUs))} ${way}`,
        rest: whereOf(fault),
      };
    }
    case 'deploy':
      if ('service' in fault) return itself(`a deploy of ${fault.service} began`);
      return { by: 'process', text: 'was asked to stop', rest: whereOf(fault) };
    default:
      return itself(inThePast(printFault(fault)), true);
  }
}

/** ` between commit on db and its answer`: what stands behind the moment and the word of what happens. */
function whereOf(fault: FaultData): string {
  const printed = printFault(fault);
  const at = printed.search(/ (?:on receipt|before|between|after) /);
  const receipt = printed.indexOf(' on receipt');
  const from = receipt >= 0 && (at < 0 || receipt < at) ? receipt : at;
  return from < 0 ? '' : printed.slice(from).replace(/, (?:restart|grace) .*$/, '');
}

const PAST: readonly (readonly [now: RegExp, then: string])[] = [
  [/ is /, ' was '],
  [/ takes /, ' took '],
  [/ moves /, ' moved '],
  [/ gets /, ' got '],
  [/ fails over/, ' failed over'],
  [/ stays /, ' stayed '],
];

/** `mq was refusing from 1 s to 2 s`. */
function inThePast(sentence: string): string {
  const past = PAST.reduce((text, [now, then]) => text.replace(now, then), sentence);
  return past === sentence
    ? `"${sentence}" struck`
    : past.replace(/^(?=(?:clock of|coordinator of|leader of|network) )/, 'the ');
}
