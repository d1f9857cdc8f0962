/** Consumer groups of a log over time: who has which partition, and how far behind each is. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { componentOf, fieldsOf, textOf } from '../../../fields.ts';

/** A partition is a member's from one entry to another, by index; `to` is absent while it lasts. */
export interface Tenure {
  readonly member: string;
  readonly from: number;
  to?: number;
}

export interface PartitionShare {
  readonly name: string;
  readonly tenures: readonly Tenure[];
  /** Records written that the group has not committed. */
  readonly lag: readonly { readonly at: number; readonly value: number }[];
}

export interface Group {
  readonly name: string;
  readonly members: readonly string[];
  readonly partitions: readonly PartitionShare[];
  readonly rebalances: readonly { readonly at: number; readonly generation: string }[];
}

interface Draft {
  readonly members: Set<string>;
  readonly partitions: Map<string, { tenures: Tenure[]; lag: { at: number; value: number }[]; committed: number }>;
  readonly rebalances: { at: number; generation: string }[];
}

/** By what members took up and gave up; the group's own decision is a rebalance. */
export function groupsOf(entries: readonly EntryResult[]): readonly Group[] {
  const drafts = new Map<string, Draft>();
  const ends = new Map<string, number>();
  for (const [at, entry] of entries.entries()) see(entry, at, drafts, ends);
  return [...drafts].map(([name, { members, partitions, rebalances }]) => ({
    name,
    members: [...members].toSorted(),
    rebalances,
    partitions: [...partitions]
      .map(([partition, { tenures, lag }]) => ({ name: partition, tenures, lag }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

function see(entry: EntryResult, at: number, drafts: Map<string, Draft>, ends: Map<string, number>): void {
  const { value, about } = fieldsOf(entry.data);
  const fields = fieldsOf(value);
  const component = componentOf(entry) ?? '';
  if (entry.kind === 'published' && typeof fieldsOf(about)['offset'] === 'number') written(entry, at, drafts, ends);
  const group = textOf(fields['group']);
  if (group === '') return;
  const draft = draftOf(drafts, `${component}.${group}`);
  const member = textOf(fields['member']);
  const names = listed(fields);
  if (entry.kind === 'rebalanced') draft.rebalances.push({ at, generation: textOf(fields['generation']) });
  if (entry.kind === 'assigned') for (const name of names) taken(draft, name, member, at);
  if (entry.kind === 'revoked' || entry.kind === 'lost') for (const name of names) given(draft, name, member, at);
  if (entry.kind === 'expelled' || entry.kind === 'left')
    for (const name of draft.partitions.keys()) given(draft, name, member, at);
  if (entry.kind === 'offsetsCommitted') {
    const name = `${textOf(fields['topic'])}/${textOf(fields['partition'])}`;
    const of = partitionOf(draft, name);
    of.committed = Number(fields['offset']);
    lagAt(of, ends.get(`${component}.${name}`) ?? of.committed, at);
  }
}

function written(entry: EntryResult, at: number, drafts: Map<string, Draft>, ends: Map<string, number>): void {
  const { channels, about } = fieldsOf(entry.data);
  const { partition, offset } = fieldsOf(about);
  const component = componentOf(entry) ?? '';
  for (const topic of Array.isArray(channels) ? channels.map(String) : []) {
    const name = `${topic}/${textOf(partition)}`;
    ends.set(`${component}.${name}`, Number(offset) + 1);
    for (const [group, { partitions }] of drafts) {
      const of = partitions.get(name);
      if (of && group.startsWith(`${component}.`)) lagAt(of, Number(offset) + 1, at);
    }
  }
}

function lagAt(of: { lag: { at: number; value: number }[]; committed: number }, end: number, at: number): void {
  const value = Math.max(0, end - of.committed);
  if (of.lag.at(-1)?.value !== value) of.lag.push({ at, value });
}

function listed({ topic, partitions }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(partitions) ? partitions.map((partition) => `${textOf(topic)}/${String(partition)}`) : [];
}

function draftOf(drafts: Map<string, Draft>, name: string): Draft {
  let draft = drafts.get(name);
  if (!draft) {
    draft = { members: new Set(), partitions: new Map(), rebalances: [] };
    drafts.set(name, draft);
  }
  return draft;
}

function partitionOf({ partitions }: Draft, name: string): NonNullable<ReturnType<Draft['partitions']['get']>> {
  let of = partitions.get(name);
  if (!of) {
    of = { tenures: [], lag: [], committed: 0 };
    partitions.set(name, of);
  }
  return of;
}

function taken(draft: Draft, name: string, member: string, from: number): void {
  draft.members.add(member);
  partitionOf(draft, name).tenures.push({ member, from });
}

function given(draft: Draft, name: string, member: string, to: number): void {
  const last = draft.partitions.get(name)?.tenures.findLast((tenure) => tenure.member === member);
  if (last && last.to === undefined) last.to = to;
}
