import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { drawItems, itemsOf, recipeOf, simplerItems } from './draw.ts';

class Money {
  constructor(readonly cents: number) {}
}

interface Order {
  readonly id: string;
  readonly price: Money;
  readonly total: () => number;
}

/** What no copy would keep: an instance of a class, and a function. */
const order: Arbitrary<unknown> = fc
  .tuple(fc.uuid(), fc.nat())
  .map(([id, cents]): Order => ({ id, price: new Money(cents), total: () => cents * 2 }));
const key = (item: unknown): string => (item as Order).id;

/** As far as it can be compared. */
const told = (item: unknown) => {
  const { id, price, total } = item as Order;
  return [id, price, price instanceof Money, total()];
};

test('an item and its simpler ones are made anew in another thread, as what they are', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(4), { maxLength: 4 }),
      (seed, count, path) => {
        const items = drawItems(order, key, seed, count).map((item) => {
          let simpler = item;
          for (const nth of path) simpler = [...simplerItems(order, simpler)][nth] ?? simpler;
          return simpler;
        });
        const recipes = structuredClone(items.map(recipeOf));
        expect(itemsOf(recipes, order, key).map(told)).toEqual(items.map(told));
      },
    ),
  );
});

test('an item that was not drawn goes as it is', () => {
  expect(itemsOf([recipeOf('text'), recipeOf({ id: 'x' })], order, key)).toEqual(['text', { id: 'x' }]);
});
