/** What befalls a log broker at a time: elections, retention, coordinators that move, partitions that are added. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { partitionWindows } from '../../sim/faults/fitting-log.ts';
import type { ArrivalSite, GroupSite, PartitionSite, SiteRecord } from '../../sim/faults/site.ts';
import type { Candidate } from './candidates.ts';
import { kindOf } from './fault-sentence.ts';

type Starts = readonly (readonly [share: number, us: number])[];
type Window = Omit<Candidate, 'rank'>;

/** So long behind what the run without it did a transaction stays open: readers have come by then, and have waited. */
const OPEN_US = 4_000_000;
/** Records are committed by then, and most readers about to fetch them. */
const UNREAD_US = 950;

/** Of each class there is one for every partition: which one is struck is a matter of luck. */
export function logWindows(sites: readonly SiteRecord[], kinds: ReadonlySet<string>, starts: Starts): Window[] {
  const partitions = partitionsOf(sites);
  const groups = sites.filter((site): site is GroupSite => site.what === 'group');
  if (partitions.length === 0) return [];
  return [
    ...partitions.flatMap((site) => ofPartition(site, sites, starts)),
    ...ofTopics(partitions, starts),
    ...ofGroups(groups, starts),
  ].filter(({ fault }) => kinds.has(kindOf(fault)));
}

/** Each once, with all that may befall it. */
function partitionsOf(sites: readonly SiteRecord[]): PartitionSite[] {
  const found = new Map<string, PartitionSite>();
  for (const site of sites) {
    if (site.what !== 'partition') continue;
    const name = nameOf(site);
    const befalls = [...new Set([...(found.get(name)?.befalls ?? []), ...site.befalls])];
    found.set(name, { ...site, befalls });
  }
  return [...found.values()];
}

const nameOf = ({ component, topic, partition }: PartitionSite): string => `${component}.${topic}/${partition}`;

function ofPartition(site: PartitionSite, sites: readonly SiteRecord[], starts: Starts): Window[] {
  const appends = sites
    .filter((each): each is ArrivalSite => each.what === 'arrival' && each.arrival.channel === site.topic)
    .map(({ timeUs }) => timeUs);
  const openUntilUs = Math.ceil((Math.max(...sites.map(({ timeUs }) => timeUs)) + OPEN_US) / 1_000_000) * 1_000_000;
  return starts.flatMap(([share, startUs]) => {
    const behind = (share: number): number => (appends[Math.floor(appends.length * share)] ?? startUs) + UNREAD_US;
    return partitionWindows(site, { atUs: startUs, untilUs: openUntilUs }).map((fault) => ({
      // A key has a later record only once there are some.
      fault: fault.kind === 'retention' ? { ...fault, atUs: behind(share + (fault.how === 'cut' ? 0 : 0.4)) } : fault,
      class: `${flavourOf(fault)} ${site.component}.${site.topic} ${share}`,
      strikes: nameOf(site),
    }));
  });
}

function flavourOf(fault: FaultData): string {
  if (fault.kind === 'failover') return fault.unclean ? 'unclean failover' : 'failover';
  return fault.kind === 'retention' ? fault.how : fault.kind;
}

/** Keys go elsewhere: only where the system says that it is to live with that. */
function ofTopics(partitions: readonly PartitionSite[], starts: Starts): Window[] {
  const topics = new Map(partitions.map((site) => [`${site.component}.${site.topic}`, site]));
  return [...topics].flatMap(([name, { component, topic, growsTo }]) =>
    (growsTo === undefined ? [] : starts).map(([share, atUs]) => ({
      fault: { kind: 'rebalance', by: 'partitions', component, topic, partitions: growsTo as number, atUs },
      class: `partitions ${name} ${share}`,
      strikes: name,
    })),
  );
}

function ofGroups(groups: readonly GroupSite[], starts: Starts): Window[] {
  const names = new Map(groups.map((site) => [`${site.group} on ${site.component}`, site]));
  return [...names].flatMap(([name, { component, group }]) =>
    starts.map(([share, atUs]) => ({
      fault: { kind: 'rebalance', by: 'coordinator', component, group, atUs },
      class: `coordinator ${name} ${share}`,
      strikes: `coordinator of ${name}`,
    })),
  );
}
