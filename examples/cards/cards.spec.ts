import { run } from 'eddy';
import { chaos } from 'eddy/vitest';
import { expect, test } from 'vitest';
import cards from './cards.scenario.ts';

chaos(cards, { runs: 200 });

test('the provider is slow: the third attempt after 3 s each is one charge still', async () => {
  const result = await run(cards, {
    workload: [{ paymentId: '5f0c7a3e-0d6e-4c29-9a3c-0c1f7d9c2b11', cents: 100 }],
    faults: [
      '1st delivery of PaymentRequested#5f0c7a3e-0d6e-4c29-9a3c-0c1f7d9c2b11 to billing: charge on cards answers 8 s late',
    ],
  });
  const kinds = [...result.history()].map(({ kind }) => kind).filter((kind) => kind === 'called' || kind === 'applied');
  expect(kinds).toEqual(['called', 'applied', 'called']);
});
