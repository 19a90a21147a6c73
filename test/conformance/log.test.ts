/** Our log against an implementation by others: what golang.org/x/mod/sumdb made (go/main.go), read here without Go. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "../../protocol/src/bytes.ts";
import { consistencyProof, inclusionProof, leafHash, rootHash } from "../../protocol/src/merkle.ts";
import { makeNoteKey, parseVkey, TYPE_COSIGNATURE, verifyNote } from "../../protocol/src/note.ts";
import { parsePolicy, verifyCheckpoint } from "../../protocol/src/policy.ts";
import { appendTiles, consistencyProofFromTiles, inclusionProofFromTiles, newTiles, parseTilePath, rootFromTiles, tilePath } from "../../protocol/src/tile.ts";
import { answerAddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from "../../protocol/src/witness.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON
const cases = (name: string): any[] => JSON.parse(readFileSync(new URL(`../../spec/vectors/log/valid/${name}.json`, import.meta.url), "utf8")).cases;

/** The log of these vectors: entry i is "entry i". */
const LEAVES = Array.from({ length: 66_000 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

test("notes that Go signed", async () => {
  for (const { note, vkeys, text } of cases("go-notes")) {
    const verified = await verifyNote(note, vkeys.map(parseVkey));
    expect([verified.text, verified.signers.length]).toEqual([text, vkeys.length]);
  }
});

test("a checkpoint that Go signed and cosigned", async () => {
  for (const { policy, note, origin, size, root, witnessedTime } of cases("go-cosignature")) {
    const checkpoint = await verifyCheckpoint(note, parsePolicy(policy));
    expect({ ...checkpoint, root: toHex(checkpoint.root) }).toEqual({ origin, size, root, witnessedTime, cosignatures: [{ name: "W", time: witnessedTime }] });
    expect(root).toBe(toHex(rootHash(LEAVES.slice(0, size))));
  }
});

test("requests for cosignatures that Go made are written the same way, and answered as Go would", async () => {
  for (const { logs, latest, witness, time, request, answer } of cases("go-witness")) {
    expect(formatAddCheckpoint(parseAddCheckpoint(request))).toBe(request);
    const { status, body } = await answerAddCheckpoint(utf8(request), {
      logs: logs.map(parseVkey),
      latest: () => latest && { size: latest.size, root: fromHex(latest.root) },
      key: makeNoteKey(witness.name, fromHex(witness.seed), TYPE_COSIGNATURE),
      time,
    });
    expect([status, body]).toEqual([200, answer]);
  }
});

test("roots and proofs, from leaves and from tiles", async () => {
  for (const { size, root, inclusion, consistency } of cases("go-proofs")) {
    const leaves = LEAVES.slice(0, size);
    const tiles = new Map(appendTiles({ size: 0, leafHashes: leaves, readTile: () => new Uint8Array(0) }).map(({ tile, bytes }) => [tilePath(tile), bytes]));
    const readTile = (tile: Parameters<typeof tilePath>[0]) => tiles.get(tilePath(tile))!;
    expect([toHex(rootHash(leaves)), toHex(await rootFromTiles({ size, readTile }))]).toEqual([root, root]);
    for (const { index, proof } of inclusion) {
      expect(hex(inclusionProof(leaves, index))).toEqual(proof);
      expect(hex(await inclusionProofFromTiles({ index, size, readTile }))).toEqual(proof);
    }
    for (const { size1, proof } of consistency) {
      expect(hex(consistencyProof(leaves, size1))).toEqual(proof);
      expect(hex(await consistencyProofFromTiles({ size1, size2: size, readTile }))).toEqual(proof);
    }
  }
});

test("tiles: their paths, and their bytes where the tree grows", () => {
  for (const { size1, size2, tiles } of cases("go-tiles")) {
    const paths = tiles.map((tile: { path: string }) => tile.path);
    const ours = Array.from(newTiles(size1, size2)).filter((tile) => tile.level !== "entries");
    expect(ours.map(tilePath).toSorted()).toEqual(paths.toSorted());
    expect(paths.map(parseTilePath).map(tilePath)).toEqual(paths);
    const old = new Map(
      appendTiles({ size: 0, leafHashes: LEAVES.slice(0, size1), readTile: () => new Uint8Array(0) }).map(({ tile, bytes }) => [tilePath(tile), bytes]),
    );
    const added = appendTiles({ size: size1, leafHashes: LEAVES.slice(size1, size2), readTile: (tile) => old.get(tilePath(tile))! });
    const sums = new Map(added.map(({ tile, bytes }) => [tilePath(tile), createHash("sha256").update(bytes).digest("hex")]));
    for (const { path, sha256 } of tiles) if (sha256 !== undefined) expect(sums.get(path), path).toBe(sha256);
  }
});
