/** Partitions and groups that something may befall, as a run lists them: each when what may befall it is first known. */
import type { PartitionSite } from '../../../faults/site.ts';
import type { LogRuntime } from '../runtime.ts';
import { electionsOf } from './elections.ts';
import { isReadCommitted } from './held-back.ts';

export class LogSites {
  readonly #seen = new Set<string>();

  constructor(readonly runtime: LogRuntime<string>) {}

  /** A record was appended there, or handed out. */
  see(topic: string, partition: number): void {
    const { simulation, name: component, cluster, groups } = this.runtime;
    const { sites, world } = simulation;
    const shape = cluster.topic(topic);
    if (!sites || !shape) return;
    const befalls: PartitionSite['befalls'] = [
      ...electionsOf(this.runtime, topic),
      ...(shape.shape.retentionMs === undefined ? [] : (['cut'] as const)),
      ...(shape.isCompacted ? (['compacted'] as const) : []),
      ...(isReadCommitted(this.runtime, topic) ? (['held back'] as const) : []),
    ];
    if (this.#isNew(`${topic}/${partition} ${befalls.join()}`)) {
      const { growsTo = 0 } = shape.shape;
      const grows = growsTo > shape.partitions.length ? { growsTo } : {};
      sites.push({ what: 'partition', component, topic, partition, befalls, ...grows, timeUs: world.nowUs });
    }
    for (const { name: group, members } of groups.coordinators.all) {
      if (members.length > 0 && this.#isNew(group))
        sites.push({ what: 'group', component, group, timeUs: world.nowUs });
    }
  }

  #isNew(name: string): boolean {
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }
}
