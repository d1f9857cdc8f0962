/** Errors as Node's sockets raise them: code, errno, syscall, address, port. Numbers are Linux's, on every machine. */

const ERRNO = { ECONNREFUSED: -111, ECONNRESET: -104, ETIMEDOUT: -110, ECANCELED: -125, ENOENT: -2 } as const;

export interface Where {
  readonly address?: string;
  readonly port?: number;
}

/** @param hint what a reader of the message needs beside Node's own words */
export function socketError(code: keyof typeof ERRNO, syscall: string, where: Where = {}, hint = ''): Error {
  const { address, port } = where;
  const at = address === undefined ? '' : ` ${address}${port === undefined ? '' : `:${port}`}`;
  const error = new Error(`${syscall} ${code}${at}${hint}`);
  return Object.assign(error, { errno: ERRNO[code], code, syscall, ...where });
}

/** What `write` gives once the other side has closed, and this side may not stay half open. */
export function endedByPeer(): Error {
  return Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
}
