import { describe, expect, test } from 'vitest';
import { ending, entriesOf, happened, play } from '../world.fixture.ts';
import { external } from './external.ts';

interface Request {
  key: string;
  cents: number;
}

/** A card gateway that remembers keys, beside one that does not; every reply has a number of its own. */
function gateway() {
  let replies = 0;
  const reply = ({ cents }: Request) => {
    if (cents < 0) throw new RangeError('refused');
    return { receipt: ++replies, lines: [cents] };
  };
  return external('card', {
    charge: { reply, idempotentBy: ({ key }: Request) => key },
    refund: { reply, idempotentBy: ({ key }: Request) => key },
    ping: { reply },
    late: { reply: ({ cents }: Request) => Promise.resolve(cents) },
  });
}
type Card = NonNullable<ReturnType<typeof gateway>['~port']>;

async function calling(work: (card: Card, tell: (what: unknown) => void) => Promise<unknown>, faults: string[] = []) {
  const told: unknown[] = [];
  const record = await play({
    uses: { card: gateway() },
    faults,
    send: async (_item, { card }) => void (await work(card, (what) => told.push(what))),
  });
  const history = entriesOf(record, 'called', 'applied').map((entry) => {
    const { channels, value } = happened(entry);
    return `${entry.kind} ${channels.join()} ${(value as Request).key}`;
  });
  return { told, history, record };
}

const a: Request = { key: 'a', cents: 5 };

describe('calls', () => {
  test('each attempt is called; with a key it is applied once, and answered as the first time', async () => {
    const { told, history } = await calling(async (card, tell) => {
      tell(await card.charge(a));
      tell(await card.charge({ key: 'a', cents: 7 }));
      tell(await card.charge({ key: 'b', cents: 7 }));
    });
    expect(told).toEqual([
      { receipt: 1, lines: [5] },
      { receipt: 1, lines: [5] },
      { receipt: 2, lines: [7] },
    ]);
    expect(history).toEqual([
      'called charge a',
      'applied charge a',
      'called charge a',
      'called charge b',
      'applied charge b',
    ]);
  });

  test('a key counts for its own call only', async () => {
    const { history } = await calling(async (card) => {
      await card.charge(a);
      await card.refund(a);
    });
    expect(history).toEqual(['called charge a', 'applied charge a', 'called refund a', 'applied refund a']);
  });

  test('without a key each attempt is applied', async () => {
    const { told, history } = await calling(async (card, tell) => {
      for (let n = 0; n < 2; n++) tell((await card.ping(a)).receipt);
    });
    expect(told).toEqual([1, 2]);
    expect(history).toEqual(['called ping a', 'applied ping a', 'called ping a', 'applied ping a']);
  });
});

describe('replies', () => {
  test('a reply that throws: the call rejects with that error, nothing is applied, and its key is not remembered', async () => {
    const { told, history } = await calling(async (card, tell) => {
      tell(await ending(card.charge({ key: 'a', cents: -1 })));
      tell(await ending(card.charge(a)));
    });
    expect(told).toEqual(['RangeError', 'resolved']);
    expect(history).toEqual(['called charge a', 'called charge a', 'applied charge a']);
  });

  test('a reply that is a promise is refused', async () => {
    const { told, history } = await calling(async (card, tell) => tell(await ending(card.late(a))));
    expect(told).toEqual(['EDDY_ASYNC_REPLY']);
    expect(history).toEqual(['called late a']);
  });

  test('requests and replies cross the border as copies', async () => {
    const { told, record } = await calling(async (card, tell) => {
      const request = { ...a };
      const answer = card.charge(request);
      request.cents = 99;
      const first = await answer;
      first.lines.push(99);
      tell(await card.charge(a));
    });
    expect(told).toEqual([{ receipt: 1, lines: [5] }]);
    expect(entriesOf(record, 'applied').map((entry) => happened(entry).value)).toEqual([a]);
  });
});

describe('under faults', () => {
  test.each([
    ['answer of charge on card is lost, applied', 'EDDY_TIMEOUT', ['called charge a', 'applied charge a']],
    ['answer of charge on card is lost, not applied', 'EDDY_TIMEOUT', []],
    ['charge on card fails', 'EDDY_UNAVAILABLE', []],
  ])('%s: %s', async (fault, code, expected) => {
    const { told, history } = await calling(
      async (card, tell) => tell(await ending(card.charge(a))),
      [`1st send of p1: ${fault}`],
    );
    expect(told).toEqual([code]);
    expect(history).toEqual(expected);
  });

  test.each([
    ['refusing', 'EDDY_UNAVAILABLE'],
    ['silent', 'EDDY_TIMEOUT'],
  ])('card is %s: %s, not applied', async (mode, code) => {
    const { told, history } = await calling(
      async (card, tell) => tell(await ending(card.charge(a))),
      [`card is ${mode} from 0 s to 1 s`],
    );
    expect(told).toEqual([code]);
    expect(history).toEqual([]);
  });

  test.each([
    ['refusing', 'EDDY_TIMEOUT'],
    ['silent', 'resolved'],
  ])('card is %s while its answer is on the way: %s', async (mode, how) => {
    const { told, history } = await calling(
      async (card, tell) => tell(await ending(card.charge(a))),
      ['1st send of p1: charge on card answers 3 s late', `card is ${mode} from 1 s to 2 s`],
    );
    expect(told).toEqual([how]);
    expect(history).toEqual(['called charge a', 'applied charge a']);
  });

  test('a lost answer, then again: applied once', async () => {
    const { told, history } = await calling(
      async (card, tell) => {
        await ending(card.charge(a));
        tell((await card.charge(a)).receipt);
      },
      ['1st send of p1: answer of charge on card is lost, applied'],
    );
    expect(told).toEqual([1]);
    expect(history).toEqual(['called charge a', 'applied charge a', 'called charge a']);
  });
});
