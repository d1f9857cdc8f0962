/** Which faults of a log broker fit a site. */
import type { FaultData } from './fault.ts';
import type { OperationSite, PartitionSite } from './site.ts';

type Site = Pick<OperationSite, 'moment' | 'operation' | 'class' | 'component' | 'waysOut' | 'elections'>;

/** Operations whose effect a zombie may still have. */
const EFFECTS: ReadonlySet<string> = new Set(['publish', 'commit', 'call']);

/** Out of the group while the handler goes on: before an operation, and behind an effect that others can see. */
export function expulsions({ moment, operation, class: of, waysOut = [] }: Site): FaultData[] {
  return waysOut.flatMap((by) =>
    (by === 'session' && EFFECTS.has(of) ? (['between', 'before'] as const) : (['before'] as const)).map(
      (gap): FaultData => ({ kind: 'rebalance', by, place: { moment, gap, operation } }),
    ),
  );
}

/** Another leader: before followers have fetched what was appended says most. */
export function failovers({ moment, operation, component, elections = [] }: Site): FaultData[] {
  return elections.flatMap((election) =>
    (['between', 'before', 'after'] as const).map(
      (gap): FaultData => ({
        kind: 'failover',
        component,
        ...(election === 'unclean' && { unclean: true }),
        place: { moment, gap, operation },
      }),
    ),
  );
}

/** What may befall a partition at a time, or for a time. */
export function partitionWindows(
  site: Pick<PartitionSite, 'component' | 'topic' | 'partition' | 'befalls'>,
  { atUs, untilUs }: { readonly atUs: number; readonly untilUs: number },
): FaultData[] {
  const { component, topic, partition } = site;
  const of = { component, topic, partition };
  return site.befalls.map((what): FaultData => {
    switch (what) {
      case 'clean':
        return { kind: 'failover', ...of, atUs };
      case 'unclean':
        return { kind: 'failover', ...of, unclean: true, atUs };
      case 'held back':
        return { kind: 'open-transaction', ...of, fromUs: atUs, toUs: untilUs };
      default:
        return { kind: 'retention', ...of, how: what, atUs };
    }
  });
}
