import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { isAddressHost, isLoopbackHost } from './hosts.ts';

test('this machine is known by its names and addresses, with a port or without', () => {
  for (const host of [
    'localhost',
    'localhost:7070',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.9.9.9',
    '[::1]',
    '[::1]:7070',
    '::1',
  ]) {
    equal(isLoopbackHost(host), true, host);
  }
  for (const host of ['localhost.example', '127.0.0.1.example', '10.0.0.1', '127.1', '[::2]:1', '', '1.127.0.0']) {
    equal(isLoopbackHost(host), false, host);
  }
});

test('an address is told from a name', () => {
  for (const host of ['10.0.0.1:7070', '[2001:db8::1]:443', '2001:db8::1']) equal(isAddressHost(host), true, host);
  for (const host of ['rebound.example:7070', 'localhost', '0x7f000001']) equal(isAddressHost(host), false, host);
});
