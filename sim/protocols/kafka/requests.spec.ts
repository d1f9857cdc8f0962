import { expect, test } from 'vitest';
import { APIS, supportedApis } from './apis.ts';
import { readResponse, writeRequest } from './client.ts';
import { apiVersions } from './messages/api-versions.ts';
import { heartbeat } from './messages/membership.ts';
import { metadata } from './messages/metadata.ts';
import { type OpenedRequest, openRequest, readBody, writeResponse, writeUnsupportedApiVersions } from './requests.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const NOTHING_ELSE = {
  throttleTimeMs: 0,
  supportedFeatures: [],
  finalizedFeaturesEpoch: -1,
  finalizedFeatures: [],
  zkMigrationReady: false,
};

test('each key stands for one request', () => {
  const keys = APIS.map(({ key }) => key);
  expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b));
  expect(supportedApis()).toContainEqual({ apiKey: 1, minVersion: 0, maxVersion: 11 });
});

test('ApiVersions v3, as newer clients begin: flexible request, header v2', () => {
  const opened = openRequest(
    bytes('0012 0003 00000001 0004 74657374 00 05 72646b61 06 322e332e30 00'),
  ) as OpenedRequest;
  expect(opened).toMatchObject({ kind: 'request', api: apiVersions, header: { apiVersion: 3, clientId: 'test' } });
  expect(readBody(apiVersions, opened)).toEqual({
    value: { clientSoftwareName: 'rdka', clientSoftwareVersion: '2.3.0' },
  });
});

test('its response has header v0, and says nothing of features that are not there', () => {
  const header = { apiKey: 18, apiVersion: 3, correlationId: 1, clientId: null };
  const response = { ...NOTHING_ELSE, errorCode: 0, apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 9 }] };
  expect(writeResponse(apiVersions, header, response)).toEqual(
    bytes('00000013 00000001 0000 02 0003 0000 0009 00 00000000 00'),
  );
  const told = { ...response, finalizedFeaturesEpoch: 5, zkMigrationReady: true };
  expect(writeResponse(apiVersions, header, told)).toEqual(
    bytes('00000020 00000001 0000 02 0003 0000 0009 00 00000000 02 01 08 0000000000000005 03 01 01'),
  );
});

test('ApiVersions in an unknown version is answered with v0, the error and the versions there are', () => {
  const opened = openRequest(bytes('0012 0063 00000009 ffff 00'));
  if (opened.kind !== 'unsupportedApiVersions') throw new Error(opened.kind);
  const answer = writeUnsupportedApiVersions(opened.header);
  expect(answer).toEqual(bytes('00000010 00000009 0023 00000001 0012 0000 0003'));
  expect(readResponse(apiVersions, 0, answer.subarray(4))).toMatchObject({
    value: { correlationId: 9, body: { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 3 }] } },
  });
});

test.each([
  ['malformed', '0012'],
  ['malformed', '0012 0000 00000001 0004 74'],
  ['malformed', '0012 0000 00000001 fffe'],
  ['unknownApi', '03e7 0000 00000001 ffff'],
  ['unknownApi', 'ffff 0000 00000001 ffff'],
  ['unsupportedVersion', '0000 0064 00000001 ffff'],
  ['unsupportedVersion', '0003 ffff 00000001 ffff'],
])('%s: %s', (why, hex) => {
  expect(openRequest(bytes(hex))).toMatchObject({ kind: 'refused', why });
});

const openedBody = (apiVersion: number, hex: string): OpenedRequest => ({
  kind: 'request',
  api: metadata,
  header: { apiKey: 3, apiVersion, correlationId: 1, clientId: null },
  body: bytes(hex),
});

test.each([
  ['an array that no memory could hold', 1, '7fffffff', /2147483647 elements are to follow in 0 bytes/],
  ['a length below null', 1, 'fffffffe', /a length is -2/],
  ['null where the version has none', 0, 'ffffffff', /an array is null/],
  ['null for a text', 1, '00000001 ffff', /a string is null/],
  ['a text that is cut', 1, '00000001 0005 6f72', /5 bytes are to follow and 2 are there/],
  ['a varint without an end', 9, 'ffffffffffff', /varint is longer/],
  ['a tag of another length than it says', 9, '01 01 00 00 01 05 09 00', /9 bytes are to follow/],
])('a body is refused for %s', (_, version, hex, sentence) => {
  expect(readBody(metadata, openedBody(version, hex))).toEqual({ refused: expect.stringMatching(sentence) });
});

test('null means all topics, tags that nobody knows are passed over', () => {
  expect(readBody(metadata, openedBody(1, 'ffffffff'))).toMatchObject({ value: { topics: null } });
  expect(readBody(metadata, openedBody(9, '00 01 00 01 02 05 01 aa 07 02 bbcc'))).toEqual({
    value: {
      topics: null,
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: true,
    },
  });
});

test('what a version has no field for is left out, and reads as its default', () => {
  const header = { apiKey: 12, apiVersion: 0, correlationId: 1, clientId: null };
  const beat = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: 'host' };
  const opened = openRequest(writeRequest(heartbeat, header, beat).subarray(4)) as OpenedRequest;
  expect(readBody(heartbeat, opened)).toEqual({ value: { ...beat, groupInstanceId: null } });
});

test('null cannot be written where the version has none', () => {
  const header = { apiKey: 3, apiVersion: 0, correlationId: 1, clientId: null };
  const all = {
    topics: null,
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  };
  expect(() => writeRequest(metadata, header, all)).toThrow(/null cannot be written in version 0/);
});
