import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRobots, productToken } from '../../src/media/robots.js';

const origin = 'https://museum.example';

describe('parseRobots', () => {
  // The examples of RFC 9309, 5.1 and 5.2.
  const simple = `
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
`;
  const longest = `
User-Agent: foobot
Allow: /example/page/
Disallow: /example/page/disallowed.gif
`;
  const cases: readonly (readonly [string, string, string, boolean])[] = [
    ['otherbot/2.0', simple, '/a/b.gif', false],
    ['otherbot/2.0', simple, '/example/b.jpg', false],
    ['otherbot/2.0', simple, '/publications/b.jpg', true],
    ['FooBot/1.1 (contact: a@museum.example)', simple, '/anything', false],
    ['FooBot/1.1 (contact: a@museum.example)', simple, '/example/allowed.gif', true],
    ['bazbot', simple, '/example/page.html', false],
    ['bazbot', simple, '/a/b.gif', true],
    // By the RFC a group without rules allows all; the package passes over it, which errs towards asking less.
    ['quxbot', simple, '/example/b.jpg', false],
    ['foobot', longest, '/example/page/disallowed.gif', false],
    ['foobot', longest, '/example/page/other.gif', true],
    ['foobot', '', '/anything', true],
    ['foobot', '<!doctype html><title>Not found</title>', '/anything', true],
    ['foobot', 'User-agent: *\r\nDisallow: /iiif/*/full/full/\r\n', '/iiif/a/full/full/0/default.jpg', false],
    ['foobot', 'User-agent: *\r\nDisallow: /iiif/*/full/full/\r\n', '/iiif/a/full/299,/0/default.jpg', true],
  ];
  for (const [userAgent, text, path, allowed] of cases) {
    it(`${allowed ? 'allows' : 'refuses'} ${userAgent} ${path}`, () => {
      assert.equal(parseRobots(origin, text, userAgent).allows(origin + path), allowed);
    });
  }

  it('reads the Crawl-delay of the group that applies', () => {
    const text = 'User-agent: *\nCrawl-delay: 2.5\n\nUser-agent: lacuna\nCrawl-delay: 10\nDisallow:';
    assert.equal(parseRobots(origin, text, 'Lacuna/0.1').crawlDelayMs, 10_000);
    assert.equal(parseRobots(origin, text, 'other').crawlDelayMs, 2500);
    for (const wrong of ['soon', '-3', 'Infinity', ''])
      assert.equal(parseRobots(origin, `User-agent: *\nCrawl-delay: ${wrong}`, 'x').crawlDelayMs, 0);
  });

  it('is called by the letters its User-Agent begins with', () => {
    assert.equal(productToken('Lacuna/0.1 (contact: a@museum.example)'), 'Lacuna');
    assert.equal(productToken('Museum-Bot'), 'Museum-Bot');
    assert.equal(productToken('42'), '*');
  });
});
