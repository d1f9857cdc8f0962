/** The client's side: writes requests, reads responses. */
import { type Api, formOf } from './api.ts';
import { type Attempt, attempt } from './bytes/malformed.ts';
import { ByteReader } from './bytes/reader.ts';
import { ByteWriter } from './bytes/writer.ts';
import { frame } from './frames.ts';
import { type RequestHeader, readResponseHeader, writeRequestHeader } from './headers.ts';
import { readValue } from './schema/read.ts';
import { writeValue } from './schema/write.ts';

interface ReadResponse<Response> {
  readonly correlationId: number;
  readonly body: Response;
}

/** The request in the version that its header names, size and header in front. */
export function writeRequest<Request>(api: Api<Request, unknown>, header: RequestHeader, request: Request): Buffer {
  const writer = new ByteWriter();
  writeRequestHeader(api, header, writer);
  writeValue(api.request, request, writer, formOf(api, header.apiVersion));
  return frame(writer.done());
}

/** Of a frame without its size. */
export function readResponse<Response>(
  api: Api<unknown, Response>,
  apiVersion: number,
  bytes: Buffer,
): Attempt<ReadResponse<Response>> {
  return attempt(() => {
    const reader = new ByteReader(bytes);
    const correlationId = readResponseHeader(api, apiVersion, reader);
    return { correlationId, body: readValue(api.response, reader, formOf(api, apiVersion)) };
  });
}
