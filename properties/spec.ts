/**
 * Whether what `scenario` was handed is what its types say. Who writes TypeScript is told by the compiler; everybody else is
 * told here, in the file and at the moment of the mistake, and not by whatever stumbles over it in a run.
 */
import { isComponent } from '../sim/component.ts';
import { EddyError } from '../sim/errors.ts';
import { slippedOption, unknownOption } from '../sim/options.ts';

type Fields = Readonly<Record<string, unknown>>;

/** More items than any run comes to an end with. */
const COUNT_MAX = 100_000;

const SPEC = {
  name: true,
  story: true,
  patterns: true,
  services: true,
  workload: true,
  properties: true,
  variants: true,
  faults: true,
};
const WORKLOAD = { item: true, key: true, count: true, uses: true, send: true };
const VARIANT = { catalogue: true, breaks: true, because: true, services: true };
const FAULT_MODEL = { without: true, assumes: true };

/**
 * @param kinds the kinds of fault, by their names
 * @throws EddyError EDDY_SCENARIO with the first difference
 */
export function checkSpec(spec: unknown, kinds: object): void {
  if (!isFields(spec)) throw wrong('scenario', 'wants an object: scenario({ name, services, workload, properties })');
  const { name, services, workload, properties, variants = {}, faults = {} } = spec;
  if (typeof name !== 'string' || name === '') throw wrong('A scenario', 'wants a name, which is a text');
  const of = `Scenario ${name}:`;
  checkNames(of, 'scenario', spec, SPEC);
  if (!isFields(services)) throw wrong(of, '`services` must be an object of services, by their names');
  for (const [key, one] of Object.entries(services)) checkService(of, `services.${key}`, one);
  checkWorkload(of, workload);
  if (!Array.isArray(properties)) throw wrong(of, '`properties` must be a list of properties');
  properties.forEach((one, n) => checkProperty(of, `properties[${n}]`, one));
  if (!isFields(variants)) throw wrong(of, '`variants` must be an object of variants, by their names');
  for (const [key, one] of Object.entries(variants)) checkVariant(of, `variants.${key}`, one);
  checkFaults(of, faults, kinds);
}

function checkService(of: string, at: string, service: unknown): void {
  if (isFields(service) && typeof service['name'] === 'string' && isFunction(service['start']))
    checkUses(of, at, service['uses']);
  else throw wrong(of, `\`${at}\` is no service: make it with service(name, uses, start)`);
}

function checkUses(of: string, at: string, uses: unknown): void {
  if (!isFields(uses)) throw wrong(of, `\`${at}.uses\` must be an object of components, by the names of their ports`);
  for (const [name, component] of Object.entries(uses)) {
    if (!isComponent(component))
      throw wrong(of, `\`${at}.uses.${name}\` is no component: make it with queueBroker, tables or the like`);
  }
}

function checkWorkload(of: string, workload: unknown): void {
  if (!isFields(workload)) throw wrong(of, '`workload` must be an object: { item, key, uses, send }');
  checkNames(of, 'workload', workload, WORKLOAD);
  const { item, key, count, uses, send } = workload;
  if (!isFields(item) || !isFunction(item['generate']))
    throw wrong(of, '`workload.item` must be an arbitrary of fast-check, such as fc.record({ id: fc.uuid() })');
  if (!isFunction(key)) throw wrong(of, '`workload.key` must be a function: the key of an item, as a text');
  if (!isFunction(send)) throw wrong(of, '`workload.send` must be a function that sends an item');
  if (count !== undefined && !isRange(count))
    throw wrong(of, `\`workload.count\` must be [min, max], whole numbers from 0 to ${COUNT_MAX}, min not above max`);
  checkUses(of, 'workload', uses);
}

function isRange(count: unknown): boolean {
  if (!Array.isArray(count) || count.length !== 2) return false;
  const [min, max] = count as readonly unknown[];
  const isWhole = [min, max].every((each) => Number.isSafeInteger(each));
  return isWhole && 0 <= Number(min) && Number(min) <= Number(max) && Number(max) <= COUNT_MAX;
}

function checkProperty(of: string, at: string, property: unknown): void {
  if (!isFields(property)) throw wrong(of, `\`${at}\` is no property: make it with atEnd, always, noLoss or the like`);
  const { id, name, start, selectors = [], alternatives = [], compare, keeps } = property;
  for (const [field, text] of Object.entries({ id, name })) {
    if (typeof text !== 'string' || text === '') throw wrong(of, `\`${at}.${field}\` must be a text`);
  }
  if (!isFunction(start)) throw wrong(of, `\`${at}.start\` must be a function that begins a check`);
  if (!Array.isArray(selectors) || !Array.isArray(alternatives))
    throw wrong(of, `\`${at}.selectors\` and \`alternatives\` must be lists of selectors`);
  if (compare !== undefined && !(isFunction(compare) && keeps instanceof Set))
    throw wrong(of, `\`${at}\` compares runs: \`compare\` must be a function, and \`keeps\` a Set of kinds of fault`);
}

function checkVariant(of: string, at: string, variant: unknown): void {
  if (!isFields(variant) || typeof variant['breaks'] !== 'string')
    throw wrong(of, `\`${at}\` must be an object: { breaks: a property's id, because, services }`);
  checkNames(of, at, variant, VARIANT);
  if (!isFields(variant['services'])) throw wrong(of, `\`${at}.services\` must be an object of services`);
  for (const [key, one] of Object.entries(variant['services'])) {
    if (one !== undefined) checkService(of, `${at}.services.${key}`, one);
  }
}

function checkNames(of: string, at: string, given: object, names: object): void {
  const says = slippedOption(`\`${at}\``, given, names);
  if (says !== undefined) throw wrong(of, says);
}

function checkFaults(of: string, faults: unknown, kinds: object): void {
  if (!isFields(faults)) throw wrong(of, '`faults` must be an object: { without, assumes }');
  checkNames(of, 'faults', faults, FAULT_MODEL);
  const { without = {}, assumes = [] } = faults;
  if (!isFields(without) || Object.values(without).some((reason) => reason !== undefined && typeof reason !== 'string'))
    throw wrong(of, '`faults.without` must be an object: of each kind of fault that is left out the reason, as a text');
  const unknown = unknownOption('`faults.without`', without, kinds);
  if (unknown !== undefined) throw wrong(of, unknown);
  if (!Array.isArray(assumes) || assumes.some((each) => typeof each !== 'string'))
    throw wrong(of, '`faults.assumes` must be a list of texts');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function wrong(of: string, sentence: string): EddyError {
  return new EddyError('EDDY_SCENARIO', `${of} ${sentence}`);
}
