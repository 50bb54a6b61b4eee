import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isPrivateAddress } from '../../src/media/private-address.js';

describe('isPrivateAddress', () => {
  const privates = [
    '0.0.0.0',
    '10.255.0.1',
    '100.64.0.1',
    '127.0.0.53',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::1',
    '2001:db8::1',
    '',
    'museum.example',
    '1.2.3',
    '999.1.1.1',
  ];
  for (const address of privates) {
    it(`refuses "${address}"`, () => {
      assert.equal(isPrivateAddress(address), true);
    });
  }

  for (const address of [
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '193.144.0.1',
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
  ]) {
    it(`allows ${address}`, () => {
      assert.equal(isPrivateAddress(address), false);
    });
  }

  it('judges an IPv4 address and its mapped IPv6 form alike', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(isPrivateAddress(`::ffff:${address}`), isPrivateAddress(address));
      }),
    );
  });
});
