import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestAuthorization, digestChallenge } from '../../src/graph/digest-auth.js';

// RFC 7616, section 3.9.1.
const header =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const request = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

test('answers as the RFC does, with the stronger algorithm', () => {
  const challenge = digestChallenge(header);
  assert.equal(challenge?.algorithm, 'SHA-256');
  assert.match(
    digestAuthorization(challenge, request),
    /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/,
  );
  const md5 = { ...challenge, algorithm: 'MD5' as const };
  assert.match(digestAuthorization(md5, request), /response="8ca523f5e9506fed4657c9700eebdbec"/);
});

test('answers a server of RFC 2069, which knows no qop', () => {
  // The example of RFC 2617, section 3.5, with the response that RFC 2069 defines: MD5(MD5(A1):nonce:MD5(A2)).
  const challenge = digestChallenge(
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
  );
  assert.ok(challenge !== undefined);
  assert.equal(challenge.algorithm, 'MD5');
  const answer = digestAuthorization(challenge, { ...request, password: 'Circle Of Life' });
  assert.match(answer, /response="670fd8c2df070c60b045671b8b24ff02"/);
  assert.doesNotMatch(answer, /qop|nc=|cnonce/);
});

test('escapes quotes in names and finds Digest among other schemes', () => {
  const challenge = digestChallenge(
    'Basic realm="a, Digest nonce=\\"x\\"", Digest realm="a \\"b\\"", nonce=n, qop=auth',
  );
  assert.ok(challenge !== undefined);
  assert.equal(challenge.realm, 'a "b"');
  assert.match(
    digestAuthorization(challenge, { ...request, user: 'a"b\\c' }),
    /username="a\\"b\\\\c".*realm="a \\"b\\""/,
  );
});

test('gives up on what it cannot answer', () => {
  for (const other of [
    '',
    'Basic realm="x"',
    'Digest realm="x", nonce="n", qop="auth-int"',
    'Digest realm="x", nonce="n", algorithm=SHA-512-256',
    'Digest realm="x"',
  ]) {
    assert.equal(digestChallenge(other), undefined);
  }
});
