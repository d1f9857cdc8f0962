/**
 * Requests of HTTP/1.1 as a server reads them (RFC 9112): a request line, fields, and a body by its length or in chunks.
 * Pure: bytes in, requests out.
 */

export interface HttpRequestBytes {
  readonly method: string;
  /** As it stands in the request line: path and query. */
  readonly target: string;
  /** By their names in lower case; what comes several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a server answers with 400. */
export class BadRequest extends Error {}

type Head = Omit<HttpRequestBytes, 'body'>;

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const HEAD_MAX_BYTES = 65_536;

export class Requests {
  #bytes: Buffer = Buffer.alloc(0);
  #head: Head | undefined;
  #chunks: Buffer[] = [];
  #asked = false;

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** The next request that is there in full. @throws BadRequest */
  next(): HttpRequestBytes | undefined {
    this.#head ??= this.#readHead();
    const head = this.#head;
    const body = head && this.#readBody(head);
    if (!head || !body) return undefined;
    this.#head = undefined;
    this.#asked = false;
    return { ...head, body };
  }

  /** Whether the client waits to be told that it may send its body (`expect: 100-continue`); once a request. */
  get isAsked(): boolean {
    const asks = !this.#asked && this.#head?.headers['expect']?.toLowerCase() === '100-continue';
    if (asks) this.#asked = true;
    return asks;
  }

  #readHead(): Head | undefined {
    const end = this.#bytes.indexOf(HEAD_END);
    if (end < 0) {
      if (this.#bytes.length > HEAD_MAX_BYTES) throw new BadRequest('the head of the request does not end');
      return undefined;
    }
    const [first = '', ...fields] = this.#bytes.toString('latin1', 0, end).split('\r\n');
    this.#bytes = this.#bytes.subarray(end + HEAD_END.length);
    const [, method, target] = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
    if (method === undefined || target === undefined) throw new BadRequest(`no request line: ${first.slice(0, 80)}`);
    return { method, target, headers: headersIn(fields) };
  }

  #readBody({ headers }: Head): Buffer | undefined {
    if (headers['transfer-encoding']?.toLowerCase().includes('chunked')) return this.#readChunks();
    const length = Number(headers['content-length'] ?? 0);
    if (!Number.isSafeInteger(length) || length < 0) throw new BadRequest('content-length is no length');
    return this.#take(length);
  }

  #take(length: number): Buffer | undefined {
    if (this.#bytes.length < length) return undefined;
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  #readChunks(): Buffer | undefined {
    for (;;) {
      const end = this.#bytes.indexOf(LINE_END);
      if (end < 0) return undefined;
      const line = this.#bytes.toString('latin1', 0, end);
      const [, hex] = /^([\da-f]{1,8})\s*(?:;.*)?$/i.exec(line) ?? [];
      if (hex === undefined) throw new BadRequest(`no chunk: ${line.slice(0, 80)}`);
      const size = Number.parseInt(hex, 16);
      if (size === 0) return this.#endChunks(end);
      if (this.#bytes.length < end + size + 4) return undefined;
      this.#chunks.push(this.#bytes.subarray(end + 2, end + 2 + size));
      this.#bytes = this.#bytes.subarray(end + size + 4);
    }
  }

  /** Behind the last chunk there may be fields, and there is an empty line. */
  #endChunks(end: number): Buffer | undefined {
    const isBare = this.#bytes.subarray(end, end + 4).equals(HEAD_END);
    const over = isBare ? end : this.#bytes.indexOf(HEAD_END, end);
    if (over < 0) return undefined;
    this.#bytes = this.#bytes.subarray(over + 4);
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return whole;
  }
}

function headersIn(fields: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const [, name, value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(field) ?? [];
    if (name === undefined) throw new BadRequest(`no field: ${field.slice(0, 80)}`);
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return headers;
}
