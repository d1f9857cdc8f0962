import { expect, test } from 'vitest';
import { EddyError } from '../../errors.ts';
import { nacked } from './publish-errors.ts';
import { refusal, replyOf } from './refusal.ts';

test.each([
  ['CONTENT_TOO_LARGE', 311, 'channel'],
  ['NO_ROUTE', 312, 'channel'],
  ['NO_CONSUMERS', 313, 'channel'],
  ['ACCESS_REFUSED', 403, 'channel'],
  ['NOT_FOUND', 404, 'channel'],
  ['RESOURCE_LOCKED', 405, 'channel'],
  ['PRECONDITION_FAILED', 406, 'channel'],
  ['CONNECTION_FORCED', 320, 'connection'],
  ['INVALID_PATH', 402, 'connection'],
  ['FRAME_ERROR', 501, 'connection'],
  ['SYNTAX_ERROR', 502, 'connection'],
  ['COMMAND_INVALID', 503, 'connection'],
  ['CHANNEL_ERROR', 504, 'connection'],
  ['UNEXPECTED_FRAME', 505, 'connection'],
  ['RESOURCE_ERROR', 506, 'connection'],
  ['NOT_ALLOWED', 530, 'connection'],
  ['NOT_IMPLEMENTED', 540, 'connection'],
  ['INTERNAL_ERROR', 541, 'connection'],
] as const)('%s is told as %d and closes the %s, as AMQP 0-9-1 has it', (name, replyCode, closes) => {
  expect(replyOf(refusal(name, 'no'))).toEqual({ replyCode, replyText: `${name} - no`, closes });
});

test('who did not take a message is named, where it is known', () => {
  const says = (queues: readonly string[]): string => nacked('mq', queues).message;
  expect(says(['a', 'b'])).toContain('queue a and b failed to take it');
  expect(says(['a'])).toContain(': queue a failed to take it');
  expect(says([])).toContain(': it failed to take it');
});

test('what is none of AMQP is told to nobody', () => {
  for (const error of [
    new Error('NOT_FOUND'),
    new EddyError('EDDY_CONFIG', 'no'),
    new EddyError('EDDY_constructor', 'no'),
    new EddyError('5432_NOT_FOUND', 'no'),
  ]) {
    expect(replyOf(error)).toBe(undefined);
  }
});
