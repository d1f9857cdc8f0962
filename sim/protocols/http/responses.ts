/** Responses of HTTP/1.1, as bytes (RFC 9112). */
import { STATUS_CODES } from 'node:http';
import type { HttpReply } from './reply.ts';

export const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

/** @param method of the request: the answer to a HEAD has no body */
export function responseBytes({ status = 200, headers = {}, body }: HttpReply, method: string): Buffer {
  const [content, type] = contentOf(body);
  const fields: Record<string, string> = {
    ...(type !== undefined && { 'content-type': type }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
  // RFC 9110, 8.6: 204 and 304 have no body, and say no length.
  const isBare = status === 204 || status === 304;
  if (!isBare) fields['content-length'] = String(content.length);
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`,
    'latin1',
  );
  return isBare || method === 'HEAD' ? head : Buffer.concat([head, content]);
}

function contentOf(body: unknown): readonly [Buffer, string?] {
  if (body === undefined) return [Buffer.alloc(0)];
  if (typeof body === 'string') return [Buffer.from(body), 'text/plain; charset=utf-8'];
  return [Buffer.from(JSON.stringify(body)), 'application/json'];
}
