/** Every vector of the log's formats (spec/vectors), as any implementation in any language would read it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { leafHash, rootHash, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { formatVkey, parseVkey, verifyNote } from "./note.ts";
import { isSatisfied, parsePolicy, verifyCheckpoint, witnessedTime } from "./policy.ts";
import { formatProof, parseProof, verifyProof } from "./proof.ts";
import { decodeBundle, encodeBundle, newTiles, parseTilePath, tilePath } from "./tile.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- vectors are foreign JSON, and each reader below states what it expects
type Vector = any;

const hash = (text: string) => fromHex(text);
const hashes = (texts: string[]) => texts.map((text) => fromHex(text));

/** What an implementation answers to a vector's input; compared with `expect`, or throwing `code`. */
const answer: Record<string, (v: Vector) => unknown> = {
  merkle(v) {
    if (v.entries) return { leafHashes: hashes(v.entries).map(leafHash).map(toHex), root: toHex(rootHash(hashes(v.entries).map(leafHash))) };
    if (v.inclusion) verifyInclusion({ ...v.inclusion, leafHash: hash(v.inclusion.leafHash), root: hash(v.inclusion.root), proof: hashes(v.inclusion.proof) });
    if (v.consistency)
      verifyConsistency({ ...v.consistency, root1: hash(v.consistency.root1), root2: hash(v.consistency.root2), proof: hashes(v.consistency.proof) });
    return {};
  },
  tile(v) {
    if (v.path !== undefined) {
      const tile = parseTilePath(v.path);
      expect(tilePath(tile)).toBe(v.path);
      return tile;
    }
    if (v.bundle === undefined) return Array.from(newTiles(v.size1, v.size2), tilePath);
    const entries = decodeBundle(hash(v.bundle), v.width);
    expect(toHex(encodeBundle(entries))).toBe(v.bundle);
    return entries.map(toHex);
  },
  async note(v) {
    if (v.vkey !== undefined) {
      const vkey = parseVkey(v.vkey);
      expect(formatVkey(vkey)).toBe(v.vkey);
      return { ...vkey, publicKey: toHex(vkey.publicKey) };
    }
    const { text, signers } = await verifyNote(v.note, v.vkeys.map(parseVkey));
    return { text, signers: signers.map(formatVkey) };
  },
  checkpoint(v) {
    const checkpoint = parseCheckpoint(v.text);
    expect(formatCheckpoint(checkpoint)).toBe(v.text);
    return { ...checkpoint, root: toHex(checkpoint.root) };
  },
  async policy(v) {
    const policy = parsePolicy(v.policy);
    if (v.note !== undefined) {
      const checkpoint = await verifyCheckpoint(v.note, policy);
      return { ...checkpoint, root: toHex(checkpoint.root) };
    }
    const satisfied = isSatisfied(
      policy,
      v.cosignatures.map((c: Vector) => c.name),
    );
    if (!satisfied) expect(() => witnessedTime(policy, v.cosignatures)).toThrow(expect.objectContaining({ code: "policy_quorum" }));
    return { satisfied, witnessedTime: satisfied ? witnessedTime(policy, v.cosignatures) : "unsatisfied" };
  },
  async proof(v) {
    const proof = parseProof(v.proof);
    expect(formatProof(proof)).toBe(v.proof);
    const { index, checkpoint } = await verifyProof(v.proof, leafHash(hash(v.entry)), parsePolicy(v.policy));
    return {
      index,
      size: checkpoint.size,
      root: toHex(checkpoint.root),
      witnessedTime: checkpoint.witnessedTime,
      ...(proof.extra ? { extra: toHex(proof.extra) } : {}),
    };
  },
};

for (const format of Object.keys(answer)) {
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/${format}/${kind}/`, import.meta.url);
    test.each(readdirSync(folder))(`${format}/${kind}/%s`, async (file) => {
      const vector: Vector = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
      const result = (async () => answer[format]!(vector))();
      if (kind === "valid") expect(await result).toEqual(vector.expect);
      else await expect(result).rejects.toMatchObject({ name: "FreeholdError", code: vector.code });
    });
  }
}
