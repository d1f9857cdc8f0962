/**
 * G1 exclusive-ownership: after a member gave a partition up, or lost it, nothing comes of what it was handed of it, and no
 * offset of it is committed by anybody but the member that has it.
 *
 * What its client does not know yet no consumer can heed: a member that was expelled goes on until it hears of that, and
 * only a fence at the store can stop its effects. So effects are judged from the client's giving up on (`revoked`,
 * `lost`); that is final until the same process has the partition again. Commits can be fenced by the coordinator, and
 * are judged by its own last assignment too. Offsets in a transaction count where they were sent: in their generation.
 */
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { partitionEvent, recordAt } from './log-entries.ts';
import { OwnershipSeen } from './ownership-seen.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `exclusiveOwnership` is told besides. */
export interface Exclusive {
  /** The group that is looked at; default: each. */
  readonly group?: string;
  readonly name?: string;
}

interface Handed {
  readonly group: string;
  readonly partition: string;
  readonly entry: Entry;
}

/**
 * @param delivered what the members are handed
 * @param effects what comes of it: an effect belongs to the partition whose delivery caused it
 */
export function exclusiveOwnership(
  delivered: Selector<Message>,
  effects: readonly Selector<unknown>[],
  o: Exclusive = {},
): Property {
  checkArguments('exclusiveOwnership', { delivered: [delivered, 'selector'], effects: [effects, 'selectors'] });
  checkSlips('exclusiveOwnership', o, { group: true, name: true });
  const log = patternOf(delivered);
  return {
    id: 'G1',
    name: o.name ?? 'exclusive-ownership',
    kind: 'safety',
    selectors: [delivered, ...effects],
    start() {
      const ownership = new OwnershipSeen(log);
      const handed = new Map<number, Handed>();
      const isMine = (group: string): boolean => o.group === undefined || o.group === group;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          ownership.see(entry);
          const at = pick(delivered, entry) && recordAt(entry);
          if (at?.group !== undefined && isMine(at.group))
            handed.set(entry.n, { group: at.group, partition: at.partition, entry });
          for (const effect of effects) if (pick(effect, entry)) happened(effect.says, entry);
          if (entry.kind === 'offsetsCommitted') committed(entry);
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(ownership.changes, `partition of ${log.component} given up`),
      };
      function happened(says: string, entry: Entry): void {
        for (const cause of entry.causes) {
          const of = handed.get(cause);
          const gone = of && ownership.givenUp(of.entry.process, of.group, of.partition);
          if (!of || !gone) continue;
          const what = `${says}: ${of.entry.process} made it of ${of.partition}, which it had given up (${gone.kind})`;
          fail(what, ...[of.entry, gone].toSorted((a, b) => a.n - b.n), entry);
        }
      }
      function committed(entry: Entry): void {
        const event = partitionEvent(entry, log);
        if (!event || event.group === undefined || !isMine(event.group)) return;
        const { group, name, member = '', generation = -1, offset } = event;
        const isTransactional = (entry.data as Happened).about?.['transaction'] !== undefined;
        const says = `offset ${offset} of ${name} was committed by ${entry.process}`;
        // Who sends offsets without saying who he is, is fenced by nobody.
        const owner = ownership.ownerOf(group, name, isTransactional && generation >= 0 ? generation : undefined);
        const isOwner = member === '' ? owner?.process === entry.process : owner?.member === member;
        if (owner && !isOwner)
          fail(`${says}, while ${owner.process ?? owner.member} had the partition`, owner.entry, entry);
        const gone = isTransactional ? undefined : ownership.givenUp(entry.process, group, name);
        if (gone) fail(`${says}, which had given it up (${gone.kind})`, gone, entry);
      }
      function fail(says: string, ...evidence: Entry[]): void {
        failed ??= { says, evidence };
      }
    },
  };
}
