import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOf, segmentNames, slugOf } from '../../../api/board/format/segments.ts';
import { apiPath, boardPath, isUnreachable, parseRoute } from '../../../api/board/router/routes.ts';

const origin = 'http://127.0.0.1:8787';

describe('addresses of the board', () => {
  it('name every view', () => {
    const views = ['', 'segments', 'flows', 'customers', 'alerts', 'quarantine', 'models', 'about'];
    expect(views.map((view) => parseRoute(`/board/${view}`).view)).toEqual(['live', ...views.slice(1)]);
    expect(parseRoute('/board').view).toBe('live');
    expect(parseRoute('/board/alerts/rules').view).toBe('rules');
    expect(parseRoute('/board/alerts/fired').view).toBe('fired');
    expect(parseRoute('/board/alerts/rules/new').view).toBe('new-rule');
    expect(parseRoute('/board/alerts/rules/r-1')).toEqual({ view: 'rule', id: 'r-1' });
    expect(parseRoute('/board/segments/at-risk')).toEqual({ view: 'segment', slug: 'at-risk' });
  });

  it('mean nothing where they name nothing', () => {
    for (const path of [
      '/board/nowhere',
      '/board/alerts/x',
      '/board/a/b/c/d',
      '/board/customers/%E0%A4%A',
      '/board/live/x/y',
    ]) {
      expect(parseRoute(path)).toEqual({ view: 'unknown' });
    }
  });

  it('hold any customer id that a path can hold', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(id, fc.constantFrom('a/b', '?', '#', '%2F', '<img src=x>', '"><script>', '../x', '\\')),
        (customer) => {
          fc.pre(!isUnreachable(customer));
          const page = new URL(boardPath('customers', customer), origin);
          expect(page.origin).toBe(origin);
          expect(page.search + page.hash).toBe('');
          expect(parseRoute(page.pathname)).toEqual({ view: 'customer', id: customer });
          const resource = new URL(apiPath('customers', customer), origin);
          expect(resource.pathname.startsWith('/v1/customers/')).toBe(true);
          expect(decodeURIComponent(resource.pathname.slice('/v1/customers/'.length))).toBe(customer);
        },
      ),
    );
  });

  it('know the ids that no path can hold', () => {
    expect(['', '.', '..'].map(isUnreachable)).toEqual([true, true, true]);
    expect(['...', '.a', '%2e'].map(isUnreachable)).toEqual([false, false, false]);
  });

  it('find each segment back by its slug', () => {
    expect(segmentNames.map((name) => nameOf(slugOf(name)))).toEqual([...segmentNames]);
    expect(slugOf('Potential Loyalists')).toBe('potential-loyalists');
    expect(nameOf('vip')).toBeUndefined();
  });
});
