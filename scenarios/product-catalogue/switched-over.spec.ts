/** An older release that starts while a newer one sends readers to its view: it waits for a checkpoint that is gone by then. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import productCatalogue from './product-catalogue.scenario.ts';

test('who finds no checkpoint behind its wait looks again, and does not begin from the start', async () => {
  const result = await run(productCatalogue, {
    seed: 4_084_395_765,
    workload: [{ id: 'c864', product: 'chair' as const, cents: 1, shopper: 'Ann' as const }],
    faults: [
      '1st start of cards: deploy of cards between commit on db and its answer',
      '2nd start of cards: crash between scan of db.checkpoints and its answer',
      '1st delivery of PriceChange#c864/PriceSet#1 to cards: crash on receipt',
    ],
  });
  expect(result.notReached).toEqual([]);
  expect(result.properties['cards-converge']).toMatchObject({ verdict: 'pass' });
});
