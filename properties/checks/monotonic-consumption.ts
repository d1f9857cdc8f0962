/**
 * O2 monotonic-consumption: while a member has a partition, its positions there only grow. A stretch begins when the
 * partition is assigned, when its owner seeks, when a handler fails (its client hands the same out again), and where an unclean
 * election has cut the log off below what was read.
 */
import type { Assignment } from '../../sim/brokers/log/seen.ts';
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { cutOff, partitionEvent, partitionNames, recordAt, type RecordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { endsProcess } from './versions.ts';

interface Position {
  readonly member: string | undefined;
  readonly offset: number;
  readonly entry: Entry;
}

const CHANGES = new Set(['assigned', 'revoked', 'lost']);

export function monotonicConsumption(
  delivered: Selector<Message>,
  o: { group?: string; name?: string } = {},
): Property {
  const { component } = patternOf(delivered);
  const log = { component, channel: undefined };
  return {
    id: 'O2',
    name: o.name ?? 'monotonic-consumption',
    kind: 'safety',
    start() {
      /** By process, then by group and partition. */
      const positions = new Map<string, Map<string, Position>>();
      /** By delivery. */
      const handed = new Map<number, string>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const at = pick(delivered, entry) && recordAt(entry);
          if (at) moves(at, entry);
          else if (endsProcess(entry)) positions.delete(entry.process);
          else if (entry.kind === 'handlerFailed')
            for (const n of entry.causes) positions.get(entry.process)?.delete(handed.get(n) ?? '');
          else if (CHANGES.has(entry.kind) && concerns(entry, log)) changes(entry);
          else turns(entry);
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `second ${delivered.says} to one owner`),
      };
      function moves(at: RecordAt, entry: Entry): void {
        const { group, member, partition, offset } = at;
        if (o.group !== undefined && group !== o.group) return;
        const mine = positions.get(entry.process) ?? new Map<string, Position>();
        positions.set(entry.process, mine);
        const before = mine.get(`${group} ${partition}`);
        mine.set(`${group} ${partition}`, { member, offset, entry });
        handed.set(entry.n, `${group} ${partition}`);
        if (!before || before.member !== member) return;
        exercised++;
        if (offset > before.offset) return;
        const says = `${delivered.says}: ${entry.process} was given ${offset} of ${partition} after ${before.offset}`;
        failed = { says, evidence: [before.entry, entry] };
      }
      function changes(entry: Entry): void {
        const given = (entry.data as Happened).value as Assignment;
        for (const name of partitionNames(given)) positions.get(entry.process)?.delete(`${given.group} ${name}`);
      }
      function turns(entry: Entry): void {
        const event = partitionEvent(entry, log);
        if (event && entry.kind === 'sought') positions.get(entry.process)?.delete(`${event.group} ${event.name}`);
        const cut = cutOff(entry, log);
        for (const mine of cut ? positions.values() : []) {
          for (const [key, { offset }] of mine) {
            if (cut && key.endsWith(` ${cut.partition}`) && offset >= cut.to) mine.delete(key);
          }
        }
      }
    },
  };
}
