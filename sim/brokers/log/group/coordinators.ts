/** All consumer groups of a cluster, by name. A group comes to be when it is asked for. */
import { GroupCoordinator } from './coordinator.ts';
import { GROUP_DEFAULTS, type GroupHooks, type GroupSettings } from './settings.ts';

export class GroupCoordinators {
  readonly #groups = new Map<string, GroupCoordinator>();
  readonly #settings: GroupSettings;

  constructor(
    readonly hooks: GroupHooks,
    readonly nowUs: () => number,
    settings: Partial<GroupSettings> = {},
  ) {
    this.#settings = { ...GROUP_DEFAULTS, ...settings };
  }

  /** The group's coordinator, wherever it is; a dead group begins anew. */
  of(name: string): GroupCoordinator {
    const known = this.#groups.get(name);
    known?.expire();
    if (known && known.state !== 'Dead') return known;
    const group = new GroupCoordinator(name, this.hooks, this.nowUs, this.#settings);
    this.#groups.set(name, group);
    return group;
  }

  /** FindCoordinator: the broker that requests of this group go to. */
  find(name: string): { readonly node: number } {
    return { node: this.of(name).node };
  }

  /** The group, if it was ever asked for. */
  known(name: string): GroupCoordinator | undefined {
    const known = this.#groups.get(name);
    known?.expire();
    return known?.state === 'Dead' ? undefined : known;
  }

  /** A topic is gone: what groups have committed of it goes too. */
  forgetTopic(topic: string): void {
    for (const { offsets } of this.all) offsets.forget((one) => one.topic === topic);
  }

  get all(): readonly GroupCoordinator[] {
    return [...this.#groups.values()];
  }

  /** As GroupCoordinator.nextSessionEndUs, of all groups. */
  nextSessionEndUs(isMeant: (group: string, memberId: string) => boolean = () => true): number {
    const ends = this.all.map((each) => each.nextSessionEndUs((memberId) => isMeant(each.name, memberId)));
    return Math.min(Infinity, ...ends);
  }

  /** When `tick` has something to do next; Infinity: never. */
  get nextDeadlineUs(): number {
    return Math.min(Infinity, ...this.all.map(({ nextDeadlineUs }) => nextDeadlineUs));
  }

  /** As GroupCoordinator.nextCertainUs, of all groups. */
  get nextCertainUs(): number {
    return Math.min(Infinity, ...this.all.map(({ nextCertainUs }) => nextCertainUs));
  }

  tick(nowUs: number = this.nowUs()): void {
    for (const group of this.all) group.tick(nowUs);
  }

  /** A producer's transaction has ended: offsets that it sent count, or are forgotten. */
  endTransaction(producerId: number, outcome: 'commit' | 'abort'): void {
    for (const group of this.all) group.endTransaction(producerId, outcome);
  }

  /** What must always hold, and does not; undefined when all does. */
  get brokenLaw(): string | undefined {
    for (const { brokenLaw } of this.all) if (brokenLaw) return brokenLaw;
    return undefined;
  }
}
