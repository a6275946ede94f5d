import { expect, test } from 'vitest';
import { callerAddress } from '../../../pipeline/hosts/caller-address.ts';

const proxies = ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'];

test.each([
  [[], '10.0.0.1', '203.0.113.7', '10.0.0.1'],
  [proxies, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  [proxies, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
  [proxies, '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  [proxies, '10.0.0.1', '198.51.100.1, 203.0.113.7, 10.2.2.2', '203.0.113.7'],
  [proxies, '2001:db8::1', '203.0.113.7', '203.0.113.7'],
  [proxies, '10.0.0.1', undefined, '10.0.0.1'],
  [proxies, '10.0.0.1', 'unknown', '10.0.0.1'],
  [proxies, '10.0.0.1', '<script>, 10.0.0.2', '10.0.0.2'],
  [proxies, undefined, '203.0.113.7', undefined],
] as const)('behind %j the socket %s with X-Forwarded-For "%s" is %s', (trusted, socket, header, address) => {
  expect(callerAddress(trusted)(socket, header)).toBe(address);
});
