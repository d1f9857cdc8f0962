/** A plan taken to another workload: what struck its first item strikes that one's first, and so on round. */
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { SiteRecord } from '../../../sim/faults/site.ts';
import { printName, rootOf } from '../../../sim/faults/words.ts';

/** The items' keys, in the order in which their sends come up. */
export function itemsIn(sites: readonly SiteRecord[]): string[] {
  const found = sites.flatMap((site) => {
    if (site.what === 'arrival') return [rootOf(site.arrival.lineage)];
    return site.what === 'operation' && site.moment.at === 'send' ? [site.moment.item] : [];
  });
  return [...new Set(found)];
}

/** @param by so many items further on */
export function moved(
  plan: readonly FaultData[],
  from: readonly string[],
  to: readonly string[],
  by: number,
): readonly FaultData[] {
  if (to.length === 0) return plan;
  const others = new Map(from.map((key, n) => [key, to[(n + by) % to.length] as string]));
  return plan.map((fault) => renamed(fault, others) as FaultData);
}

function renamed(value: unknown, others: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, others));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (typeof inner !== 'string') return [name, renamed(inner, others)];
      if (name === 'item') return [name, others.get(inner) ?? inner];
      return [name, name === 'lineage' ? ofAnother(inner, others) : inner];
    }),
  );
}

function ofAnother(lineage: string, others: ReadonlyMap<string, string>): string {
  const root = rootOf(lineage);
  const other = others.get(root);
  if (other === undefined || other === root) return lineage;
  const head = `#${printName(root)}`;
  const at = lineage.indexOf(head);
  return at < 0 ? lineage : `${lineage.slice(0, at)}#${printName(other)}${lineage.slice(at + head.length)}`;
}
