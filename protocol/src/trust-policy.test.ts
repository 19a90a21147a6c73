import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { trustPolicyVectors } from "../../tools/vectors/trust-policy.ts";
import type { TrustPolicyVector } from "../../tools/vectors/trust-policy.ts";
import { createRegister } from "../testkit/register.ts";
import { FreeholdError } from "./errors.ts";
import { formatVkey } from "./note.ts";
import { parseTrustPolicy } from "./trust-policy.ts";

const folder = new URL("../../spec/vectors/trust-policy/", import.meta.url);
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as TrustPolicyVector;

test("the vectors on disk are those that the generator makes", () => {
  const made = trustPolicyVectors();
  expect(files.map((file) => `trust-policy/${file}`).sort()).toEqual(Object.keys(made).sort());
  for (const file of files) expect(read(file), file).toEqual(JSON.parse(JSON.stringify(made[`trust-policy/${file}`])));
});

test.each(files)("%s", (file) => {
  const { policy, expect: expected, code } = read(file);
  if (code !== undefined) return expect(() => parseTrustPolicy(policy)).toThrow(expect.objectContaining({ name: "FreeholdError", code }));
  const { tlog, anchors, maximumAge } = parseTrustPolicy(policy);
  expect({
    logs: tlog.logs.map(({ vkey }) => formatVkey(vkey)),
    witnesses: tlog.witnesses.map(({ name, vkey }) => [name, formatVkey(vkey)]),
    quorum: tlog.quorum,
    anchors,
    maximumAge,
  }).toEqual(expected);
});

test("any JSON value in any member is a policy or is refused, and nothing else happens", () => {
  const policy = JSON.parse(createRegister("register.example/log").policyText) as object;
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(policy), "toString"), fc.jsonValue(), (member, value) => {
      try {
        parseTrustPolicy(JSON.stringify({ ...policy, [member]: value }));
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
      }
    }),
  );
});

test("a policy has at most 65,536 bytes, however few characters these are", () => {
  const { policyText } = createRegister("register.example/log");
  const padded = (bytes: number) => `${" ".repeat(bytes - policyText.length)}${policyText}`;
  expect(parseTrustPolicy(padded(65_536)).maximumAge).toBe(300);
  for (const text of [padded(65_537), `#${"é".repeat(32_768)}\n`]) expect(() => parseTrustPolicy(text)).toThrow("65536 bytes");
});
