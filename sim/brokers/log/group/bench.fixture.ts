/** Consumer groups on a bench: the clock is set by hand, and what the coordinator says of itself is kept as words. */
import { GroupCoordinators } from './coordinators.ts';
import type { GroupCoordinator } from './coordinator.ts';
import type { JoinAnswer, Joined, JoinRequest, OffsetOf, SyncAnswer, Synced } from './protocol.ts';
import type { GroupSettings, Rebalanced } from './settings.ts';
import type { Assignment, Partitions } from './assignors/assignor.ts';

export const SECOND = 1_000_000;
export const DAY = 24 * 3600 * SECOND;

export class Bench {
  nowUs = 0;
  readonly partitions: Record<string, number> = { work: 4 };
  readonly groups: GroupCoordinators;
  /** `joined a-1`, `a-1 for a-2` (a static member came back), `left a-1`, `expelled a-1: session`, `generation 2`, ... */
  readonly journal: string[] = [];
  readonly rebalanced: Rebalanced[] = [];

  constructor(settings: Partial<GroupSettings> = {}) {
    this.groups = new GroupCoordinators(
      {
        joined: (_, memberId, __, replaces) =>
          void this.journal.push(replaces === undefined ? `joined ${memberId}` : `${memberId} for ${replaces}`),
        left: (_, memberId) => void this.journal.push(`left ${memberId}`),
        expelled: (_, memberId, __, why) => void this.journal.push(`expelled ${memberId}: ${why}`),
        rebalanced: (_, how) => {
          this.journal.push(`generation ${how.generation}`);
          this.rebalanced.push(how);
        },
        moved: (_, node) => void this.journal.push(`moved to ${node}`),
        committed: (_, offsets) => void this.journal.push(`committed ${offsets.map(says).join(' ')}`),
        expired: (_, offsets) => void this.journal.push(`expired ${offsets.map(says).join(' ')}`),
        hasPartition: (topic, partition) => partition < (this.partitions[topic] ?? 0),
      },
      () => this.nowUs,
      settings,
    );
  }

  get group(): GroupCoordinator {
    return this.groups.of('workers');
  }

  /** Lets the time pass, and does what becomes due on the way, when it is due. */
  wait(us: number): void {
    const untilUs = this.nowUs + us;
    while (this.groups.nextDeadlineUs <= untilUs) {
      this.nowUs = Math.max(this.nowUs, this.groups.nextDeadlineUs);
      this.groups.tick();
    }
    this.nowUs = untilUs;
  }

  /** Sends a JoinGroup; `answers` keeps what comes. */
  join(clientId: string, o: Partial<JoinRequest> = {}): Asked<JoinAnswer, Joined> {
    return asked((answer) => this.group.join({ ...request(clientId), ...o }, answer));
  }

  sync(
    member: Joined,
    assignments?: Assignment,
    o: { generation?: number; node?: number } = {},
  ): Asked<SyncAnswer, Synced> {
    const { memberId, generation } = member;
    const brings = assignments ? { assignments } : {};
    return asked((answer) => this.group.sync({ memberId, generation, ...brings, ...o }, answer));
  }

  /** A stable group of these clients, the first of which leads, each with one partition in order. */
  stable(...clients: (string | [clientId: string, o: Partial<JoinRequest>])[]): Joined[] {
    const joins = clients.map((one) => (typeof one === 'string' ? this.join(one) : this.join(...one)));
    this.wait(300 * SECOND);
    return this.share(joins.map(({ taken }) => taken));
  }

  /** The leader brings an assignment, in which each has one partition in order; all ask for theirs. */
  share(members: readonly Joined[]): Joined[] {
    const assignments = Object.fromEntries(
      members.map(({ memberId }, n): [string, Partitions] => [memberId, { work: [n] }]),
    );
    const syncs = members.map((member) => {
      return this.sync(member, member.leaderId === member.memberId ? assignments : undefined);
    });
    for (const { taken } of syncs) if (!taken.assignment) throw new Error('nobody led');
    return [...members];
  }

  commit(member: Pick<Joined, 'memberId' | 'generation'>, offset: number, partition = 0): string {
    const { memberId, generation } = member;
    return (
      this.group.commit({ memberId, generation, offsets: [{ topic: 'work', partition, offset }] }).error ?? 'taken'
    );
  }

  beat(member: Pick<Joined, 'memberId' | 'generation'>): string {
    const { memberId, generation } = member;
    return this.group.heartbeat({ memberId, generation }).error ?? 'taken';
  }

  /** What is committed for a partition of `work`; -1: nothing. */
  committed(partition = 0): number | string {
    const answer = this.group.fetch({ of: [{ topic: 'work', partition }] });
    return answer.error ?? (answer.offsets[0] as OffsetOf).offset;
  }
}

/** A request and what it was answered, if it was. */
export interface Asked<A, T extends A> {
  readonly answers: A[];
  /** The one answer, which must not be a refusal. */
  readonly taken: T;
  /** `parked`, an error's name, or `taken`. */
  readonly said: string;
}

function asked<A extends { error?: string | undefined }, T extends A>(
  send: (answer: (a: A) => void) => void,
): Asked<A, T> {
  const answers: A[] = [];
  send((answer) => answers.push(answer));
  return {
    answers,
    get taken() {
      const [answer] = answers;
      if (answers.length !== 1 || !answer || answer.error !== undefined) throw new Error(`no answer: ${this.said}`);
      return answer as T;
    },
    get said() {
      if (answers.length > 1) return `${answers.length} answers`;
      return answers.length === 0 ? 'parked' : (answers[0]?.error ?? 'taken');
    },
  };
}

/** The Java client's defaults; a sticky assignor is none of them. */
function request(clientId: string): JoinRequest {
  return {
    clientId,
    protocols: [{ name: 'range', metadata: { topics: ['work'] } }],
    sessionTimeoutUs: 45 * SECOND,
    rebalanceTimeoutUs: 300 * SECOND,
  };
}

const says = ({ topic, partition, offset }: OffsetOf): string => `${topic}/${partition}@${offset}`;
