/** What a client does with a register, over HTTP: for tests of the whole product. */
import { fromBase64 } from "@freehold/protocol/bytes";
import { leafHash, verifyConsistency } from "@freehold/protocol/merkle";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import type { Policy, WitnessedCheckpoint } from "@freehold/protocol/policy";
import { verifyProof } from "@freehold/protocol/proof";
import { TILE_WIDTH, consistencyProofFromTiles, encodeBundle, tilePath } from "@freehold/protocol/tile";
import type { ReadTile } from "@freehold/protocol/tile";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";

export type Result = { index: number } | { error: { code: string; detail: string } };

export interface BatchAnswer {
  results: Result[];
  state: string;
  checkpoint?: string;
}

/** The policy that a register proposes. */
export async function policyOf(url: string): Promise<Policy> {
  const discovery = (await (await fetch(`${url}/.well-known/freehold.json`)).json()) as { policy: string };
  return parseTrustPolicy(discovery.policy).tlog;
}

export function post(url: string, body: Uint8Array | string | object, headers: Record<string, string> = {}): Promise<Response> {
  const isBytes = body instanceof Uint8Array;
  return fetch(url, {
    method: "POST",
    body: isBytes ? (body as Uint8Array<ArrayBuffer>) : typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": isBytes ? "application/octet-stream" : "application/json", ...headers },
  });
}

/** The body of a batch: like a bundle of the log, and as long as one likes. */
export function batchOf(entries: readonly Uint8Array[]): Uint8Array {
  const bundles: Uint8Array[] = [];
  for (let at = 0; at < entries.length; at += TILE_WIDTH) bundles.push(encodeBundle(entries.slice(at, at + TILE_WIDTH)));
  return Buffer.concat(bundles);
}

export type Wait = "sequenced" | "published";

/** Submits one entry. Throws where it is not taken. */
export async function submit(url: string, entry: Uint8Array, wait: Wait = "sequenced"): Promise<{ index: number; state: string; proof?: string }> {
  return answered(await post(`${url}/v1/entries?wait=${wait}`, entry));
}

/** Submits many, as a bundle. */
export async function submitAll(url: string, entries: readonly Uint8Array[], wait: Wait = "sequenced"): Promise<BatchAnswer> {
  return answered(await post(`${url}/v1/entries/batch?wait=${wait}`, batchOf(entries)));
}

/** The indexes of a batch of which every entry was taken. */
export async function indexesOf(url: string, entries: readonly Uint8Array[], wait: Wait = "sequenced"): Promise<number[]> {
  const { results } = await submitAll(url, entries, wait);
  return results.map((result) => {
    if ("error" in result) throw new Error(`${result.error.code}: ${result.error.detail}`);
    return result.index;
  });
}

async function answered<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export interface Seen extends WitnessedCheckpoint {
  note: string;
}

/** The published checkpoint, verified. */
export async function checkpointOf(url: string, policy: Policy): Promise<Seen> {
  const response = await fetch(`${url}/log/checkpoint`);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const note = await response.text();
  return { ...(await verifyCheckpoint(note, policy)), note };
}

/** Reads tiles as they are served. */
export function tilesOf(url: string): ReadTile {
  return async (tile) => {
    const response = await fetch(`${url}/log/${tilePath(tile)}`);
    if (!response.ok) throw new Error(`${tilePath(tile)}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
}

/** Shows from the served tiles that one published tree extends another. Throws where it does not. */
export async function requireExtends(url: string, earlier: Seen, later: Seen): Promise<void> {
  const [size1, size2] = [earlier.size, later.size];
  const proof = size1 === size2 ? [] : await consistencyProofFromTiles({ size1, size2, readTile: tilesOf(url) });
  verifyConsistency({ size1, root1: earlier.root, size2, root2: later.root, proof });
}

/** Looks an entry up by its index and verifies all that comes back. */
export async function requireLogged(url: string, policy: Policy, index: number, entry: Uint8Array): Promise<void> {
  const found = await answered<{ entry: string; proof: string }>(await fetch(`${url}/v1/entries/${index}`));
  if (!Buffer.from(entry).equals(fromBase64(found.entry))) throw new Error(`The entry ${index} is not the one that was submitted.`);
  const proven = await verifyProof(found.proof, leafHash(entry), policy);
  if (proven.index !== index) throw new Error(`The proof of the entry ${index} is of the entry ${proven.index}.`);
}
