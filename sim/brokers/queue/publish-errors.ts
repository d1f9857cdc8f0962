/** What a publisher is told of a message that was not confirmed. */
import { EddyError } from '../../errors.ts';

export function full(queue: string): Error {
  return new EddyError('EDDY_NACKED', `The broker refused the message: queue ${queue} is full`, { queue });
}

export function nacked(broker: string, queues: readonly string[]): Error {
  const where = queues.length > 0 ? `queue ${queues.join(' and ')}` : 'it';
  return new EddyError('EDDY_NACKED', `The broker ${broker} refused the message: ${where} failed to take it`, {
    queues,
  });
}

export function unconfirmed(broker: string): Error {
  const says = 'No confirm came within 10 s: the message may be stored or not';
  return new EddyError('EDDY_CONFIRM_TIMEOUT', says, { broker });
}

export function disconnected(broker: string): Error {
  const says = 'The connection was lost before the confirm: the message may be stored or not';
  return new EddyError('EDDY_DISCONNECTED', says, { broker });
}

export function unavailable(broker: string): Error {
  return new EddyError('EDDY_UNAVAILABLE', `The broker ${broker} cannot be reached: nothing was sent`, { broker });
}
