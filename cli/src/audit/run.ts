/** One audit from beginning to end: what is fetched, in which order, and what is held against what. */
import { equal, toBase64, toHex } from "@freehold/protocol/bytes";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import { FreeholdError } from "@freehold/protocol/errors";
import { verifyConsistency } from "@freehold/protocol/merkle";
import { consistencyProofFromTiles, rootFromTiles } from "@freehold/protocol/tile";
import type { ReadTile } from "@freehold/protocol/tile";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { EXIT, Failure } from "../exit.ts";
import { findPolicy } from "../policy.ts";
import { rememberChains } from "../chain-target.ts";
import { registerUrl } from "../remote.ts";
import type { Remote } from "../remote.ts";
import { compareWithChain, readChain, watchFor } from "./anchors.ts";
import type { ChainSeen } from "./anchors.ts";
import { createFindings } from "./disagreement.ts";
import type { Findings } from "./disagreement.ts";
import { discover } from "./discovery.ts";
import type { Discovery } from "./discovery.ts";
import { createDocuments } from "./documents.ts";
import { fold } from "./fold.ts";
import type { Folded } from "./fold.ts";
import { compareWithEarlier, readEarlier } from "./history.ts";
import type { Earlier } from "./history.ts";
import type { Progress } from "./progress.ts";
import { fetchPublished } from "./published.ts";
import type { Bitmap } from "./published.ts";
import { replay } from "./replay.ts";
import type { Replayed } from "./replay.ts";
import { remembering, tileFetcher } from "./tiles.ts";
import type { FetchTile } from "./tiles.ts";
import { judge } from "./trust.ts";
import type { Trust } from "./trust.ts";

export interface AuditInput {
  url: string;
  /** The file of an earlier checkpoint. */
  from: string | undefined;
  /** The option `--policy`. */
  policy: string | undefined;
  /** A node of the chain that the register anchors on. */
  rpc?: string | undefined;
  /** Bytes of entries that may be kept in memory, so that they need not be fetched twice. */
  memory?: number;
}

const MEMORY = 64 * 2 ** 20;

/** All that was learnt. What is undefined was not reached, because something before it is wrong, or the register stopped answering. */
export interface Audit {
  discovery: Discovery;
  findings: Findings;
  /** Where the policy comes from: a file, or the register itself, which is trust on first use. */
  policy: { file: string | null };
  /** The signed checkpoint as served. */
  note: string;
  checkpoint?: Checkpoint;
  trust?: Trust;
  /** What the chain was seen to hold; a sentence where it was not looked at and there is one. */
  chain?: ChainSeen | string | undefined;
  earlier?: Earlier | undefined;
  replayed?: Replayed;
  folded?: Folded;
  documents?: { served: number; withheld: number };
  /** Why it ended before its end. */
  interrupted?: string;
}

/** Audits a register. Throws {@link Failure} where nothing can be audited; where it stops answering later, the audit says so if it found something by then. */
export async function runAudit({ url, from, policy: option, rpc, memory = MEMORY }: AuditInput, remote: Remote, progress: Progress): Promise<Audit> {
  const discovery = await discover(remote, url);
  const { origin } = discovery;
  const earlier = from === undefined ? undefined : await readEarlier(from);
  if (earlier !== undefined && earlier.checkpoint.origin !== origin)
    throw new Failure(
      EXIT.badData,
      "input_invalid",
      `${from} holds a checkpoint of the log ${earlier.checkpoint.origin}; this register has the log ${origin}.`,
    );
  const given = await findPolicy(origin, option);
  const trusted = given?.policy ?? proposed(discovery);
  const { tlog } = trusted;
  const findings = createFindings();
  rememberChains(url, discovery.chains);
  const chain = await lookAtChain(rpc, trusted, discovery);
  const published = await fetchPublished(remote, discovery);
  const { note, checkpoint } = published;
  const audit: Audit = { discovery, findings, policy: { file: given?.file ?? null }, note, earlier, chain };
  if (checkpoint === undefined) {
    findings.add("checkpoint_malformed", null, published.malformed);
    return audit;
  }
  audit.checkpoint = checkpoint;
  if (checkpoint.origin !== origin)
    findings.add("origin_mismatch", null, `The register says that its log is ${origin}; its checkpoint is of ${checkpoint.origin}.`);
  audit.trust = await judge(note, checkpoint.origin, { policy: tlog, given: given !== undefined }, findings);

  try {
    await auditLog(audit, checkpoint, { bitmap: published.bitmap, memory, remote, progress });
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== EXIT.unreachable || findings.total === 0) throw error;
    audit.interrupted = error.message;
  }
  return audit;
}

/** Before the checkpoint is fetched. A node that only the register names may be missing. */
async function lookAtChain(rpc: string | undefined, policy: TrustPolicy, { chains }: Discovery): Promise<ChainSeen | string | undefined> {
  if (rpc !== undefined) return readChain(registerUrl(rpc), policy);
  const known = chains.find((chain) => chain.rpc !== undefined && policy.anchors.some(({ chainId }) => chainId === chain.chainId));
  if (known === undefined) return policy.anchors.length === 0 ? undefined : "not looked at: name a node of it with --rpc URL";
  try {
    return await readChain(known.rpc!, policy);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `not looked at: ${error.message}`;
  }
}

function proposed({ url, policy }: Discovery): TrustPolicy {
  try {
    return parseTrustPolicy(policy);
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    throw new Failure(EXIT.badData, "policy_malformed", `${url} proposes a trust policy that is none. ${cause.message}`, { cause });
  }
}

async function auditLog(
  audit: Audit,
  checkpoint: Checkpoint,
  { bitmap, memory, remote, progress }: { bitmap: Bitmap | undefined; memory: number; remote: Remote; progress: Progress },
): Promise<void> {
  const { discovery, findings, earlier } = audit;
  const { size } = checkpoint;
  const fetchTile = remembering(tileFetcher(remote, discovery.log), memory);
  const documents = createDocuments(remote, discovery.documents, findings);
  audit.documents = documents;
  const show = (from: number) => (done: number) => progress.show("entries read, each twice", from + done, 2 * size);

  const chain = typeof audit.chain === "object" ? audit.chain : undefined;
  const watch = chain === undefined ? undefined : watchFor(chain);
  const replayed = await replay({ size, earlier: earlier?.checkpoint.size, watch, fetchTile, documents, findings, progress: show(0) });
  audit.replayed = replayed;
  if (chain !== undefined && watch !== undefined)
    compareWithChain(chain, watch, { size, opened: replayed.opened, isWhole: replayed.readable === size }, findings);
  if (size === 0 || replayed.endsInStatus === false)
    findings.add("status_missing", Math.max(0, size - 1), `The tree of ${size} entries does not end in a status entry.`);
  const isRoot = replayed.root !== undefined && equal(replayed.root, checkpoint.root);
  if (replayed.root !== undefined && !isRoot) {
    const blame = (await tilesLeadTo(checkpoint, fetchTile)) ? "The tiles do lead to it: the entries are not those that were signed." : "Neither do the tiles.";
    findings.add("root_mismatch", null, `The entries give the root ${toBase64(replayed.root)}, the checkpoint has ${toBase64(checkpoint.root)}. ${blame}`);
  }
  if (earlier !== undefined && (isRoot || earlier.checkpoint.size > size)) compareWithEarlier(earlier.checkpoint, checkpoint, replayed.earlierRoot, findings);
  else if (earlier !== undefined && !(await isExtended(earlier.checkpoint, checkpoint, fetchTile)))
    findings.add(
      "history_forked",
      null,
      `Neither the entries nor the tiles show that the log extends the earlier checkpoint of ${earlier.checkpoint.size} entries.`,
    );

  audit.folded = await fold({ size, replayed, fetchTile, findings, progress: show(size) });
  if (audit.folded.size === size && size > 0) compareBitmap(bitmap, audit.folded, size - 1, findings);
}

/** The bitmap covers the entries before the last one, which is the status entry. */
function compareBitmap(bitmap: Bitmap | undefined, { ended }: Folded, size: number, findings: Findings): void {
  const wrong = (index: number | null, why: string) => findings.add("bitmap_mismatch", index, why);
  if (bitmap === undefined) return findings.add("bitmap_missing", null, "The status bitmap is not served.");
  if (bitmap.size !== size) return wrong(null, `The header freehold-size is ${bitmap.size}, the last status entry has size ${size}.`);
  const expected = ended.bytes(size);
  const at = expected.findIndex((byte, i) => byte !== (bitmap.bytes[i] ?? 0));
  if (bitmap.bytes.length < expected.length) wrong(null, `The bitmap of ${size} entries needs ${expected.length} bytes; ${bitmap.bytes.length} are served.`);
  else if (at >= 0) wrong(8 * at + lowestBit(expected[at]! ^ bitmap.bytes[at]!), "The bitmap has another bit than the fold.");
  else if (bitmap.bytes.subarray(expected.length).some((byte) => byte !== 0)) wrong(null, "The bitmap has bits beyond its size.");
  else if (bitmap.root !== toHex(ended.root(size))) wrong(null, "The bits are those of the fold, the header freehold-root is not its root.");
}

function lowestBit(byte: number): number {
  return 31 - Math.clz32(byte & -byte);
}

async function tilesLeadTo({ size, root }: Checkpoint, fetchTile: FetchTile): Promise<boolean> {
  return holds(async () => equal(await rootFromTiles({ size, readTile: reader(fetchTile) }), root));
}

async function isExtended(earlier: Checkpoint, now: Checkpoint, fetchTile: FetchTile): Promise<boolean> {
  const [size1, size2] = [earlier.size, now.size];
  return holds(async () => {
    if (size1 === 0) return true;
    const proof = await consistencyProofFromTiles({ size1, size2, readTile: reader(fetchTile) });
    verifyConsistency({ size1, size2, root1: earlier.root, root2: now.root, proof });
    return true;
  });
}

/** False where the tiles are missing, broken, or do not show it. */
async function holds(claim: () => Promise<boolean>): Promise<boolean> {
  try {
    return await claim();
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return false;
  }
}

function reader(fetchTile: FetchTile): ReadTile {
  return async (tile) => {
    const bytes = await fetchTile(tile);
    if (bytes === undefined) throw new FreeholdError("tile_invalid", "The tile is not served.");
    return bytes;
  };
}
