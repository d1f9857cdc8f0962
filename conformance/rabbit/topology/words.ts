/** Commands in few words, for scripts that are written; on channel 0 unless they say otherwise. */

export const queue = (name: string, o: object = {}) => ({ do: 'queue', on: 0, name, ...o }) as const;
export const exchange = (name: string, type: string, o: object = {}) =>
  ({ do: 'exchange', on: 0, name, type, ...o }) as const;
export const bind = (name: string, from: string, key = '', o: object = {}) =>
  ({ do: 'bind', on: 0, queue: name, exchange: from, key, ...o }) as const;
export const publish = (id: string, key: string, o: object = {}) =>
  ({ do: 'publish', on: 0, id, exchange: '', key, ...o }) as const;
export const get = (name: string, o: object = {}) => ({ do: 'get', on: 0, queue: name, noAck: true, ...o }) as const;
export const consume = (name: string, tag: string, o: object = {}) =>
  ({ do: 'consume', on: 0, queue: name, tag, ...o }) as const;
export const given = (all: object, o: object = {}) => ({ durable: true, arguments: all, ...o });
export const quorum = { 'x-queue-type': 'quorum' };
