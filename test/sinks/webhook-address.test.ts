import { expect, test } from 'vitest';
import { isAllowedAddress, webhookUrlProblem } from '../../sinks/webhook-address.ts';

const closed = { loopback: false };
const open = { loopback: true };

test.each(['1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])('%s is public', (address) => {
  expect(isAllowedAddress(address, closed)).toBe(true);
});

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.1.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::a00:1',
  '100::1',
  '2001:db8::1',
  '2002:a00:1::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  'not an address',
  '',
])('%s is not', (address) => {
  expect(isAllowedAddress(address, closed)).toBe(false);
  const isLoopback = ['127.0.0.1', '::1'].includes(address);
  expect(isAllowedAddress(address, open)).toBe(isLoopback);
});

test.each([
  ['https://hooks.example.com/a?b=c', undefined, undefined],
  ['https://hooks.example.com:8443/', undefined, undefined],
  ['http://hooks.example.com/', 'an https URL', 'an https URL'],
  ['http://127.0.0.1:9/', 'an https URL', undefined],
  ['http://localhost:9/', 'an https URL', undefined],
  ['http://[::1]:9/', 'an https URL', undefined],
  ['https://localhost/', 'a host with a public address', undefined],
  ['https://127.1/', 'a host with a public address', undefined],
  ['https://[fe80::1]/', 'a host with a public address', 'a host with a public address'],
  ['https://10.0.0.1/', 'a host with a public address', 'a host with a public address'],
  [
    'https://user:word@hooks.example.com/',
    'a URL without user name and password',
    'a URL without user name and password',
  ],
  ['ftp://hooks.example.com/', 'an https URL', 'an https URL'],
  ['/hooks', 'an absolute URL', 'an absolute URL'],
  ['', 'an absolute URL', 'an absolute URL'],
  [`https://hooks.example.com/${'a'.repeat(2_048)}`, 'at most 2048 characters', 'at most 2048 characters'],
])('%s', (url, elsewhere, onThisMachine) => {
  expect(webhookUrlProblem(url, closed)).toBe(elsewhere);
  expect(webhookUrlProblem(url, open)).toBe(onThisMachine);
});
