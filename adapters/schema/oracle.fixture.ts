/** ajv as the judge of payloads, with formats judged by means that Eddy does not use. */
import { isIPv4, isIPv6 } from 'node:net';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

const canParse = (text: string): boolean => !Number.isNaN(Date.parse(text));
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text),
  email: (text) => URL.canParse(`mailto:${text}`) && /^[^@]+@[^@]+\.[a-z]+$/.test(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && canParse(text) && isDay(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && canParse(text) && isDay(text),
  time: (text) => canParse(`2024-01-01T${text}`) && /^([01]\d|2[0-3]):/.test(text) && text.endsWith('Z'),
  uri: (text) => URL.canParse(text) && !text.includes(' '),
  ipv4: isIPv4,
  ipv6: isIPv6,
  hostname: (text) => /^[a-z\d][a-z\d.-]*$/i.test(text) && !text.includes('..') && URL.canParse(`http://${text}/`),
};

/** Date.parse takes the 29th of each February for a day. */
const isDay = (text: string): boolean => new Date(text.slice(0, 10)).toISOString().startsWith(text.slice(0, 10));

/** Whether a payload is valid; `draft` 7 for lists in `items`. */
export function judge(schema: object | boolean, draft: 7 | 2020 = 2020): (payload: unknown) => boolean {
  const options = { strict: false, validateFormats: true, logger: false as const };
  const ajv = draft === 7 ? new Ajv(options) : new Ajv2020(options);
  for (const [name, validate] of Object.entries(FORMATS)) ajv.addFormat(name, validate);
  return ajv.compile(schema) as (payload: unknown) => boolean;
}
