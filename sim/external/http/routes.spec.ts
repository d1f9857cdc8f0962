import { describe, expect, test } from 'vitest';
import { Routes } from './routes.ts';

describe('the routes of a system over HTTP', () => {
  const routes = new Routes('cards', [
    ['GET /charges/latest', 'latest'],
    ['GET /charges/:id', 'one'],
  ]);

  test('the first that fits is found, with what stands for its names', () => {
    expect(routes.find('GET', '/charges/latest')).toEqual({ route: 'latest', params: {} });
    expect(routes.find('GET', '/charges/a%2Fb')).toEqual({ route: 'one', params: { id: 'a/b' } });
    expect(routes.find('PUT', '/charges/7')).toBeUndefined();
    expect(routes.find('GET', '/charges/7/notes')).toBeUndefined();
  });

  test.each(['POST', 'post /charges', 'POST charges', 'GET /charges?open=1', 'GET /charges#top'])(
    '%s is refused: it would fit no request',
    (on) => {
      expect(() => new Routes('cards', [[on, 'it']])).toThrow(
        `"${on}" is no route of cards: write it like "POST /charges/:id", without a query`,
      );
    },
  );
});
