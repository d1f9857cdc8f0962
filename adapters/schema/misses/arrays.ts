import fc from 'fast-check';
import { sameJson } from '../json.ts';
import { meeting } from '../meeting.ts';
import { missesOf, nameOf, type Miss, type Spot } from '../misses.ts';
import { isFree } from '../shape.ts';

/** More than these are not made only to be too many. */
const MANY = 1000;

export function inArray(spot: Spot): Miss[] {
  return [...wrongCount(spot), ...wrongItem(spot)];
}

function wrongCount({ payloads, part, levels, shape, path }: Spot): Miss[] {
  const name = nameOf(path);
  const { prefix, rest, minItems, maxItems, unique } = shape.array;
  const canBeFull = prefix.every((item) => payloads.isWithin(part, item, levels));
  const hasRest = payloads.isWithin(part, rest, levels);
  const found: Miss[] = [];
  if (minItems > 0) {
    const arbitrary = payloads.array(part, shape, levels, minItems - 1);
    found.push({ wrong: `${name} has fewer than ${minItems} items.`, arbitrary });
  }
  if (maxItems < MANY && canBeFull && (hasRest || maxItems < prefix.length)) {
    // Different ones, if they must be: that is not what is wrong.
    const loose = { ...shape, array: { ...shape.array, unique: false } };
    const more = payloads.array(part, loose, levels, maxItems + 1);
    const arbitrary = unique ? meeting(more, areDifferent) : more;
    if (arbitrary) found.push({ wrong: `${name} has more than ${maxItems} items.`, arbitrary });
  }
  if (rest().kind === 'never' && canBeFull) {
    const full = Math.min(prefix.length, maxItems);
    const arbitrary = fc
      .tuple(payloads.array(part, shape, levels, full), fc.integer())
      .map(([items, one]) => [...items, one]);
    if (maxItems > full) found.push({ wrong: `${name} has an item too many.`, arbitrary });
  }
  if (unique && maxItems > 1) {
    const some = meeting(
      payloads.array(part, shape, levels),
      (items) => items.length > prefix.length && items.length < maxItems,
    );
    const arbitrary = some?.map((items) => [...items, items.at(-1)]);
    if (arbitrary) found.push({ wrong: `${name} has an item twice.`, arbitrary });
  }
  return found;
}

function areDifferent(items: readonly unknown[]): boolean {
  return items.every((item, index) => items.findIndex((other) => sameJson(other, item)) === index);
}

function wrongItem(spot: Spot): Miss[] {
  const { payloads, part, levels, shape } = spot;
  const { prefix, rest, minItems, maxItems } = shape.array;
  const barred = prefix.findIndex((item) => !payloads.isWithin(part, item, levels));
  const open = prefix.slice(0, Math.min(maxItems, barred < 0 ? prefix.length : barred));
  const positions = open.flatMap((item, index) =>
    missesOf(spot, item, String(index)).map(({ wrong, arbitrary }) => ({
      wrong,
      arbitrary: fc
        .tuple(payloads.array(part, shape, levels, Math.max(minItems, index + 1)), arbitrary)
        .map(([items, broken]) => items.with(index, broken)),
    })),
  );
  if (isFree(rest()) || open.length < prefix.length || maxItems <= prefix.length) return positions;
  const others = missesOf(spot, rest, '*').map(({ wrong, arbitrary }) => ({
    wrong,
    arbitrary: fc
      .tuple(payloads.array(part, shape, levels), arbitrary)
      .map(([items, broken]) => (items.length < maxItems ? [...items, broken] : items.with(items.length - 1, broken))),
  }));
  return [...positions, ...others];
}
