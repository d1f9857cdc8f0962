/**
 * Authentication. After a handshake in version 0 tokens follow as bare frames, after one in version 1 as SaslAuthenticate.
 * Source: SaslHandshakeRequest.json, SaslAuthenticateRequest.json and their responses, KIP-43, KIP-152.
 */
import { type Api, NEVER } from '../api.ts';
import { array, bytes, int16, int64, nullable, since, string, struct } from '../schema/types.ts';

export interface SaslHandshakeRequest {
  readonly mechanism: string;
}

export interface SaslHandshakeResponse {
  readonly errorCode: number;
  /** Those that the broker accepts. */
  readonly mechanisms: readonly string[];
}

export const saslHandshake: Api<SaslHandshakeRequest, SaslHandshakeResponse> = {
  name: 'SaslHandshake',
  key: 17,
  versions: { min: 0, max: 1 },
  flexibleFrom: NEVER,
  request: struct<SaslHandshakeRequest>({ mechanism: string }),
  response: struct<SaslHandshakeResponse>({ errorCode: int16, mechanisms: array(string) }),
};

export interface SaslAuthenticateRequest {
  readonly authBytes: Buffer;
}

export interface SaslAuthenticateResponse {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly authBytes: Buffer;
  /** 0: the session does not end. */
  readonly sessionLifetimeMs: number;
}

export const saslAuthenticate: Api<SaslAuthenticateRequest, SaslAuthenticateResponse> = {
  name: 'SaslAuthenticate',
  key: 36,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: struct<SaslAuthenticateRequest>({ authBytes: bytes }),
  response: struct<SaslAuthenticateResponse>({
    errorCode: int16,
    errorMessage: nullable(string),
    authBytes: bytes,
    sessionLifetimeMs: since(1, int64),
  }),
};

export interface PlainToken {
  readonly authorizationId: string;
  readonly username: string;
  readonly password: string;
}

/** The one token of PLAIN: three texts with a NUL between; undefined where it is something else. Source: RFC 4616. */
export function readPlainToken(token: Buffer): PlainToken | undefined {
  const [authorizationId, username, password, another] = token.toString('utf8').split('\0');
  if (authorizationId === undefined || !username || !password || another !== undefined) return undefined;
  return { authorizationId, username, password };
}
