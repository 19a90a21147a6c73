import { expect, test } from "vitest";
import { isPublicAddress } from "./address.ts";

test.each(["93.184.215.14", "1.1.1.1", "172.32.0.1", "192.0.3.1", "223.255.255.255", "2606:2800:21f:cb07::1", "2a00::1"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const SPECIAL = `0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 192.168.1.1 198.19.0.1 203.0.113.9
  224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1 ::ffff:93.184.215.14 ::10.0.0.1 64:ff9b::10.0.0.1 100::1 2001::1 2001:db8::1
  2002:0a00:0001::1 3fff::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1`;

test.each([...SPECIAL.split(/\s+/), "", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "1.1.1.1:80"])("%s is not", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
