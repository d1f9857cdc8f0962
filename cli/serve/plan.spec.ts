import { expect, test } from 'vitest';
import { readPlan } from './plan.ts';

const read = (text: string, components = ['mq', 'log']) => readPlan(text, 'plan.txt', components);

test('each line is a fault; blank lines and comments are none', () => {
  const plan = read(
    '# an outage\n\nmq is refusing from 5 s to 8 s\r\n   # and\n1st delivery of Paid#p1 to client: ack is lost',
  );
  expect(plan.map(({ kind }) => kind)).toEqual(['outage', 'ack-lost']);
  expect(read('')).toEqual([]);
  expect(read('\uFEFFmq is silent from 0 s to 1 s')).toHaveLength(1);
});

test.each([
  ['mq is tired from 5 s to 8 s', /^plan.txt:1:7: this is no fault sentence: expected one of: refusing; /],
  [
    '# so\n\nmq is silent from 5 to 8 s',
    /^plan.txt:3:19: this is no fault sentence: expected a whole number with s, ms or us, such as 500 ms/,
  ],
  ['1st delivery of Paid#p1: ack is lost', /^plan.txt:1:24: .* expected "to"/],
  ['\nmq is silent from 5 s to 8 s please', /^plan.txt:2:30: .* expected the end of the sentence/],
])('%j is refused with line and column', (text, says) => {
  expect(() => read(text)).toThrow(says);
});

test.each([
  ['burst of 20 items from p1', /there is no workload/],
  ['1st delivery of Paid#p1 to billing: graceful stop on receipt', /Eddy cannot stop/],
  ['deploy of billing at 5 s', /Eddy cannot stop/],
  ['1st delivery of Paid#p1 to billing: pause of 2 s before ack', /stand still/],
  ['clock of billing is 2 s ahead from 1 s to 5 s', /their clocks are their own/],
  ['work of billing: commit on db fails', /decided in a run/],
  ['work of billing: publish of Paid to mq fails', /the confirm can be lost/],
  ['work of billing: commit on db conflicts', /of a store/],
  ['1st delivery of Paid#p1 to billing: host loss before ack', /half-open connection/],
  ['1st delivery of Paid#p1 to billing: crash before ack, restart after 3 s', /leave out "restart after"/],
  ['1st delivery of Paid#p1 to billing: poll interval is exceeded before ack', /measure the time/],
  ['1st send of p1: confirm of publish is lost', /no workload that is sent/],
  ['1st start of billing: crash on receipt', /no service that is started/],
  ['db is refusing from 1 s to 2 s', /there is no db; what is served is called mq and log/],
  ['1st delivery of Paid#p1 to billing: disconnect from kafka before ack', /there is no kafka/],
])('%s cannot happen here', (text, why) => {
  expect(() => read(text)).toThrow(why);
});

test('what is not served cannot be named', () => {
  expect(() => read('log is silent from 1 s to 2 s', ['mq'])).toThrow(/there is no log; what is served is called mq$/);
});
