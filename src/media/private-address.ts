import { BlockList, isIP } from 'node:net';

/** IANA special-purpose registries (RFC 6890): networks no public photograph can come from. */
const privateNetworks4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// The transition prefixes (NAT64, 6to4, Teredo) carry an IPv4 address inside, so they are refused whole.
const privateNetworks6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

function blockList(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of privateNetworks4) list.addSubnet(network, bits, 'ipv4');
  for (const [network, bits] of privateNetworks6) list.addSubnet(network, bits, 'ipv6');
  return list;
}

const privateNetworks = blockList();
const mapped = /^::ffff:(?:0:)?(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i;

function mappedToIPv4(address: string): string | undefined {
  const parts = mapped.exec(address);
  if (parts === null) return undefined;
  if (parts[1] !== undefined) return parts[1];
  const high = parseInt(parts[2] ?? '0', 16);
  const low = parseInt(parts[3] ?? '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * True when an IP address is not a public unicast one: loopback, link-local, private, shared, documentation,
 * multicast, reserved, or an IPv6 form that wraps an IPv4 address. What is no IP address at all counts as private, so
 * that a mistake refuses rather than allows.
 *
 * @param address IPv4 or IPv6 text without brackets; a zone id (`%eth0`) is ignored
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.split('%', 1)[0] ?? '';
  const four = mappedToIPv4(bare);
  if (four !== undefined) return isPrivateAddress(four);
  const family = isIP(bare);
  if (family === 0) return true;
  return privateNetworks.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}
