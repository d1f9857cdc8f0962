/** Requests as a broker reads and answers them. */
import { type Api, formOf } from './api.ts';
import { apiOf } from './apis.ts';
import { type Attempt, attempt } from './bytes/malformed.ts';
import { ByteReader } from './bytes/reader.ts';
import { ByteWriter } from './bytes/writer.ts';
import { errorCode } from './error-codes.ts';
import { frame } from './frames.ts';
import { type RequestHeader, readClientId, readTarget, writeResponseHeader } from './headers.ts';
import { apiVersions } from './messages/api-versions.ts';
import { readValue } from './schema/read.ts';
import { writeValue } from './schema/write.ts';

export interface OpenedRequest {
  readonly kind: 'request';
  readonly api: Api<unknown, unknown>;
  readonly header: RequestHeader;
  readonly body: Buffer;
}

/** A broker closes the connection of who sends what it cannot read. Source: SocketServer, InvalidRequestException. */
export interface RefusedRequest {
  readonly kind: 'refused';
  readonly why: 'malformed' | 'unknownApi' | 'unsupportedVersion';
  readonly sentence: string;
}

export type Opened =
  | OpenedRequest
  | RefusedRequest
  /** ApiVersions is the one request that is answered in versions that the broker does not know. */
  | { readonly kind: 'unsupportedApiVersions'; readonly header: RequestHeader };

/** Reads the header of a frame. */
export function openRequest(bytes: Buffer): Opened {
  const read = attempt(() => open(new ByteReader(bytes)));
  return 'value' in read ? read.value : { kind: 'refused', why: 'malformed', sentence: read.refused };
}

function open(reader: ByteReader): Opened {
  const target = readTarget(reader);
  const api = apiOf(target.apiKey);
  if (!api) return { kind: 'refused', why: 'unknownApi', sentence: `No request has the key ${target.apiKey}` };
  const { min, max } = api.versions;
  if (target.apiVersion >= min && target.apiVersion <= max) {
    const clientId = readClientId(api, target.apiVersion, reader);
    return { kind: 'request', api, header: { ...target, clientId }, body: reader.rest() };
  }
  if (api.key === apiVersions.key) return { kind: 'unsupportedApiVersions', header: { ...target, clientId: null } };
  const sentence = `${api.name} is understood in versions ${min} to ${max}, not in ${target.apiVersion}`;
  return { kind: 'refused', why: 'unsupportedVersion', sentence };
}

/** What follows the last field is passed over, as brokers do. */
export function readBody<Request>(api: Api<Request, unknown>, { header, body }: OpenedRequest): Attempt<Request> {
  return attempt(() => readValue(api.request, new ByteReader(body), formOf(api, header.apiVersion)));
}

/** The response in the version of its request, size and header in front. */
export function writeResponse<Response>(
  api: Api<unknown, Response>,
  header: RequestHeader,
  response: Response,
): Buffer {
  const writer = new ByteWriter();
  writeResponseHeader(api, header, writer);
  writeValue(api.response, response, writer, formOf(api, header.apiVersion));
  return frame(writer.done());
}

/** Version 0, which names the versions of ApiVersions that there are: the client asks again in one of them. Source: KIP-511. */
export function writeUnsupportedApiVersions(header: RequestHeader): Buffer {
  const { key, versions } = apiVersions;
  return writeResponse(
    apiVersions,
    { ...header, apiVersion: 0 },
    {
      errorCode: errorCode('UNSUPPORTED_VERSION'),
      apiKeys: [{ apiKey: key, minVersion: versions.min, maxVersion: versions.max }],
      throttleTimeMs: 0,
      supportedFeatures: [],
      finalizedFeaturesEpoch: -1,
      finalizedFeatures: [],
      zkMigrationReady: false,
    },
  );
}
