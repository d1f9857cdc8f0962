import fc from 'fast-check';
import { missesOf, nameOf, type Miss, type Spot } from '../misses.ts';
import { isOther } from '../records.ts';
import { isFree } from '../shape.ts';

export function inObject(spot: Spot): Miss[] {
  return [...wrongProperties(spot), ...wrongExtras(spot), ...wrongCount(spot)];
}

function wrongProperties(spot: Spot): Miss[] {
  const { payloads, part, levels, shape, path } = spot;
  const { properties, required } = shape.object;
  return [...properties].flatMap(([name, child]) => [
    ...(required.has(name)
      ? [{ wrong: `${path}/${name} is missing.`, arbitrary: payloads.object(part, shape, levels, { without: name }) }]
      : []),
    ...missesOf(spot, child, name).map(({ wrong, arbitrary }) => ({
      wrong,
      arbitrary: payloads.object(part, shape, levels, { instead: [name, arbitrary] }),
    })),
  ]);
}

function wrongExtras(spot: Spot): Miss[] {
  const { payloads, part, levels, shape, path } = spot;
  const { additional, names } = shape.object;
  const whole = payloads.object(part, shape, levels);
  const having = (name: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.tuple(whole, name, value).map(([object, key, one]) => ({ ...object, [String(key)]: one }));
  if (additional().kind === 'never') {
    const name = ['extra', 'surplus', 'unknown'].find((name) => isOther(shape.object, name)) ?? 'one-too-many';
    return [{ wrong: `${path}/${name} is a property too many.`, arbitrary: having(fc.constant(name), fc.integer()) }];
  }
  if (!payloads.isWithin(part, additional, levels)) return [];
  const isAny = isFree(names());
  const name = isAny ? fc.string({ maxLength: 8 }) : payloads.of(names, levels);
  const free = name.filter((name) => isOther(shape.object, name));
  const hasFree = fc.sample(name, { numRuns: 200, seed: 1 }).some((name) => isOther(shape.object, name));
  const values = hasFree
    ? missesOf(spot, additional, '*').map(({ wrong, arbitrary }) => ({ wrong, arbitrary: having(free, arbitrary) }))
    : [];
  const others = fc.stringMatching(/^[a-z!]{1,8}$/).filter((name) => isOther(shape.object, name));
  const named = `${nameOf(path)} has a property of a name that it may not have.`;
  return isAny
    ? values
    : [...values, { wrong: named, arbitrary: having(others, payloads.inside(part, additional, levels)) }];
}

function wrongCount({ shape, path, payloads, part, levels }: Spot): Miss[] {
  const { required, minProperties, maxProperties, additional } = shape.object;
  const found: Miss[] = [];
  if (minProperties > 0 && required.size === 0) {
    found.push({ wrong: `${nameOf(path)} has fewer than ${minProperties} properties.`, arbitrary: fc.constant({}) });
  }
  if (maxProperties < 100 && payloads.isWithin(part, additional, levels)) {
    const names = Array.from({ length: maxProperties + 1 }, (_, index) => `more${index}`);
    const one = payloads.inside(part, additional, levels);
    const arbitrary = fc
      .tuple(payloads.object(part, shape, levels), fc.tuple(...names.map(() => one)))
      .map(([object, values]) => ({
        ...object,
        ...Object.fromEntries(names.map((name, index) => [name, values[index]])),
      }));
    found.push({ wrong: `${nameOf(path)} has more than ${maxProperties} properties.`, arbitrary });
  }
  return found;
}
