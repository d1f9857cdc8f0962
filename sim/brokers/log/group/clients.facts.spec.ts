/** What real clients ask of a coordinator that the plain port does not: bytes of their own, sessions in bounds, groups deleted. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, SECOND } from './bench.fixture.ts';
import type { JoinAnswer, SyncAnswer } from './protocol.ts';

let bench: Bench;

beforeEach(() => {
  bench = new Bench({ initialDelayUs: 0 });
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const protocols = (said: string) => [{ name: 'mine', metadata: { topics: ['work'] }, bytes: bytes(said) }];

function join(clientId: string, o: { sessionTimeoutUs?: number; protocolType?: string } = {}): JoinAnswer {
  let answer: JoinAnswer | undefined;
  const request = { clientId, protocols: protocols(clientId), rebalanceTimeoutUs: 10 * SECOND, beats: true };
  bench.group.join({ ...request, sessionTimeoutUs: 10 * SECOND, ...o }, (told) => (answer = told));
  bench.wait(0);
  return answer as JoinAnswer;
}

describe('real clients', () => {
  test('the leader gets what each member said, byte by byte, and each member what the leader said', () => {
    const joined = join('a');
    expect(joined).toMatchObject({ members: [{ bytes: bytes('a') }] });
    const { memberId = '', generation } = joined as { memberId?: string; generation: number };
    let synced: SyncAnswer | undefined;
    const request = { memberId, generation, assignments: {}, bytes: { [memberId]: bytes('yours') } };
    bench.group.sync(request, (told) => (synced = told));
    expect(synced).toMatchObject({ bytes: bytes('yours') });
  });

  test.each([5_999_999, 1_800_000_001])('INVALID_SESSION_TIMEOUT: %i us', (sessionTimeoutUs) => {
    expect(join('a', { sessionTimeoutUs })).toEqual({ error: 'INVALID_SESSION_TIMEOUT' });
    expect(join('a', { sessionTimeoutUs: 6_000_000 })).not.toHaveProperty('error');
  });

  test('INCONSISTENT_GROUP_PROTOCOL: a member of another kind of group', () => {
    join('a');
    expect(join('b', { protocolType: 'connect' })).toEqual({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
  });

  test('a member that says of no kind is a consumer', () => {
    join('a');
    // It is not refused, and waits until the other one has joined again.
    expect(join('b', { protocolType: 'consumer' })).toBeUndefined();
  });

  test('a group without members can be deleted, with its offsets', () => {
    expect(bench.groups.known('workers')).toBeUndefined();
    expect(bench.group.delete()).toEqual({ error: 'GROUP_ID_NOT_FOUND' });
    const { memberId = '' } = join('a') as { memberId?: string };
    expect(bench.group.delete()).toEqual({ error: 'NON_EMPTY_GROUP' });
    bench.group.leave({ memberId });
    expect(bench.group.delete(bench.group.node + 1)).toEqual({ error: 'NOT_COORDINATOR' });
    bench.group.commit({ offsets: [{ topic: 'work', partition: 0, offset: 3, metadata: 'mine' }] });
    expect(bench.group.fetch({ of: [{ topic: 'work', partition: 0 }] })).toMatchObject({
      offsets: [{ metadata: 'mine' }],
    });
    expect(bench.group.delete()).toBeUndefined();
    expect(bench.group.offsets.all).toEqual([]);
  });

  test('who is known to beat still is a member when its session would be over; who has fallen silent is not', () => {
    const { memberId = '' } = join('a') as { memberId?: string };
    bench.group.sync({ memberId, generation: bench.group.generation }, () => {});
    let beats = true;
    bench.groups.hooks.stillBeats = () => beats;
    bench.wait(60 * SECOND);
    expect(bench.group.members).toHaveLength(1);
    beats = false;
    bench.wait(9 * SECOND);
    bench.group.heartbeat({ memberId, generation: bench.group.generation });
    bench.wait(9 * SECOND);
    expect(bench.group.members).toHaveLength(1);
    bench.wait(2 * SECOND);
    expect(bench.journal).toContain(`expelled ${memberId}: session`);
  });
});
