/** An outage that begins between an operation's effect and its answer, each class of operations in its turn. */
import { describe, expect, test } from 'vitest';
import { external, type Ports } from '../../../index.ts';
import { printFault } from '../../../sim/faults/print.ts';
import type { OperationSite, SiteRecord } from '../../../sim/faults/site.ts';
import { KeyedRandom } from '../../../sim/kernel/random.ts';
import { ending, play } from '../../../sim/world.fixture.ts';
import { nothingKnown } from '../knowledge.ts';
import { breakdowns } from './breakdowns.ts';
import { Dice } from './dice.ts';
import type { Proposal, View } from './strategy.ts';

type Names = Pick<OperationSite, 'class' | 'component' | 'timeUs'> & { readonly phrase: string; readonly item: string };

function site({ item, phrase, ...of }: Names): SiteRecord {
  const moment = { at: 'delivery', nth: 1, lineage: `Paid#${item}`, service: 'billing' } as const;
  const operation = { nth: 1, phrase };
  return { what: 'operation', moment, printed: '', operation, broker: 'mq', touches: '', ...of };
}

function viewOf(sites: readonly SiteRecord[], kinds = ['outage']): View {
  const known = nothingKnown();
  const dice = new Dice(new KeyedRandom(1), known);
  const none = { candidates: [], windows: [], races: [], revealed: [], leads: new Map(), meetings: new Map() };
  const slice = { n: 0, seed: 1, items: [], sites };
  return { ...none, kinds: new Set(kinds), slice, known, dice, isMine: () => true };
}

const SITES = ['p1', 'p2'].flatMap((item, n) => [
  site({ item, phrase: 'insert into db.t', class: 'statement', component: 'db', timeUs: 1000 + n }),
  site({ item, phrase: 'commit on db', class: 'commit', component: 'db', timeUs: 2000 + n }),
  site({ item, phrase: 'charge on card', class: 'call', component: 'card', timeUs: 3000 + n }),
  site({ item, phrase: 'ack', class: 'ack', component: 'mq', timeUs: 4000 + n }),
]);

const struck = (proposal: Proposal | undefined): unknown =>
  proposal?.plan.map((fault) => fault.kind === 'outage' && `${fault.component} ${fault.mode} ${fault.fromUs}`);

describe('breakdowns', () => {
  test('take what others can see, one class after the other, on any message', () => {
    const view = viewOf(SITES);
    const all = Array.from({ length: 40 }, () => struck(breakdowns(view)));
    expect(all.map((each) => `${each}`.split(' ')[0])).toEqual(Array.from({ length: 20 }, () => ['db', 'card']).flat());
    const [db, card] = ['db refusing 290', 'card refusing 390'];
    expect(new Set(all.flat())).toEqual(new Set([`${db}0`, `${db}1`, `${card}0`, `${card}1`]));
  });

  test('of others only what is theirs; none without outages, nor where nothing is', () => {
    const view = viewOf(SITES);
    const mine = breakdowns({ ...view, isMine: (name) => name.includes('charge') });
    expect(struck(mine)).toEqual([expect.stringContaining('card')]);
    expect(breakdowns(viewOf(SITES, ['crash']))).toBeUndefined();
    expect(breakdowns(viewOf([]))).toBeUndefined();
  });

  test('come when it has happened, and mostly before it is heard of', async () => {
    const card = external('card', { charge: { reply: (request: object) => request } });
    const played = async (seed: number, faults: readonly string[]) => {
      let end = '';
      const send = async (_: string, ports: Ports<{ card: typeof card }>): Promise<void> => {
        end = await ending(ports.card.charge({}));
      };
      const { sites, entries } = await play({ uses: { card }, send, seed, faults, recordSites: true });
      return { sites, end: `${end}${entries.some(({ kind }) => kind === 'applied') ? ', applied' : ''}` };
    };
    const ends: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const { sites } = await played(seed, []);
      const plan = breakdowns(viewOf(sites))?.plan.map(printFault) ?? [];
      ends.push((await played(seed, plan)).end);
    }
    expect(new Set(ends)).toEqual(new Set(['EDDY_TIMEOUT, applied', 'resolved, applied']));
    expect(ends.filter((end) => end.startsWith('EDDY')).length).toBeGreaterThan(20);
  });
});
