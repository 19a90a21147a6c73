/** Which addresses a visit may reach: those of the public Internet. */
import { BlockList, isIP } from "node:net";

/**
 * What is no address of the public Internet: IANA's registries of special-purpose addresses (RFC 6890 and its successors), multicast, and
 * the forms of IPv6 that carry an IPv4 address, behind which a private one could hide.
 */
const SPECIAL: readonly (readonly [net: string, bits: number, family: "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.31.196.0", 24, "ipv4"],
  ["192.52.193.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["192.175.48.0", 24, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["2001::", 23, "ipv6"],
  ["2001:db8::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["2620:4f:8000::", 48, "ipv6"],
  ["3fff::", 20, "ipv6"],
];

const special = new BlockList();
for (const [net, bits, family] of SPECIAL) special.addSubnet(net, bits, family);
/** All of IPv6 that is given out to the public (RFC 4291, section 2.4) lies in here. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/**
 * Whether an address belongs to the public Internet.
 *
 * @param address IPv4 or IPv6, without brackets; of anything else the answer is no.
 * @example
 * ```ts
 * isPublicAddress("93.184.215.14"); // true
 * isPublicAddress("::ffff:10.0.0.1"); // false
 * ```
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, "ipv4");
  return version === 6 && !address.includes("%") && global.check(address, "ipv6") && !special.check(address, "ipv6");
}
