/**
 * D4 log-integrity: there is one value for each offset, as those who consume see it, and a record that was produced once
 * stands at no more than one offset. What a failover cut off stood nowhere. What the application produces again, or a
 * fault makes it produce again, is another record.
 */
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { equal } from './equal.ts';
import { partitionEvent, placeName, recordAt, type RecordAt } from './log-entries.ts';
import { concerns } from './messages.ts';

interface Standing {
  readonly at: RecordAt;
  readonly entry: Entry;
}

/** @param published records as a log took them; its deliveries are looked at too */
export function logIntegrity(published: Selector<Message>, o: { name?: string } = {}): Property {
  const log = patternOf(published);
  return {
    id: 'D4',
    name: o.name ?? 'log-integrity',
    kind: 'safety',
    start() {
      const standing = new Map<string, Standing>();
      const produced = new Map<string, Standing>();
      const given = new Map<string, Entry>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          if (entry.kind === 'truncated') cutOff(entry);
          const at = concerns(entry, log) && RECORDS.has(entry.kind) ? recordAt(entry) : undefined;
          if (!at) return;
          if (entry.kind === 'delivered') comes(at, entry);
          else if (pick(published, entry)) stands(at, entry);
        },
        end: (): Verdict => (failed ? { verdict: 'fail', ...failed } : passed(exercised, published.says)),
      };
      function stands(at: RecordAt, entry: Entry): void {
        exercised++;
        const place = placeName(at);
        const before = standing.get(place);
        if (before) fail(`two records were appended at ${place}`, before.entry, entry);
        standing.set(place, { at, entry });
        if (at.isCopy || at.producer === undefined || at.call === undefined) return;
        const call = `${at.producer} ${at.call}`;
        const first = produced.get(call);
        if (first)
          fail(
            `"${idOf(entry)}" was produced once, and stands at ${placeName(first.at)} and ${place}`,
            first.entry,
            entry,
          );
        produced.set(call, { at, entry });
      }
      function comes(at: RecordAt, entry: Entry): void {
        const place = placeName(at);
        const first = given.get(place);
        if (!first) given.set(place, entry);
        else if (!isSame(first, entry)) fail(`${place} was "${idOf(first)}", and then "${idOf(entry)}"`, first, entry);
      }
      function cutOff(entry: Entry): void {
        const { name, to = 0 } = partitionEvent(entry, log) ?? {};
        for (const [place, { at }] of standing) {
          if (at.partition === name && at.offset >= to) standing.delete(place);
        }
        for (const [call, { at }] of produced) {
          if (at.partition === name && at.offset >= to) produced.delete(call);
        }
      }
      function fail(says: string, ...evidence: Entry[]): void {
        failed ??= { says: `${published.says}: ${says}`, evidence };
      }
    },
  };
}

const RECORDS = new Set(['published', 'delivered']);

function idOf(entry: Entry): string {
  return ((entry.data as Happened).value as Message).id;
}

/** A poison spoils what one consumer is handed, not what stands in the log. */
function isSame(a: Entry, b: Entry): boolean {
  if (recordAt(a)?.lineage !== recordAt(b)?.lineage || idOf(a) !== idOf(b)) return false;
  if (recordAt(a)?.isPoisoned || recordAt(b)?.isPoisoned) return true;
  const [one, other] = [a, b].map(({ data }) => (data as Happened).value);
  return one === other || equal(one, other);
}
