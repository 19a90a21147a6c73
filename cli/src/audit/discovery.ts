/** What a register says of itself in /.well-known/freehold.json (spec/register.md, "Discovery"). */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { parseChains } from "../chain-target.ts";
import type { RegisterChain } from "../chain-target.ts";
import { EXIT, Failure } from "../exit.ts";
import type { Remote } from "../remote.ts";

const MAX_DISCOVERY = 1_048_576;

/** Nothing in it is verified. */
export interface Discovery {
  /** The address at which it was asked, without a slash at its end. */
  url: string;
  origin: string;
  /** URL prefixes, with a slash at their end. */
  log: string;
  documents: string;
  /** The trust policy that the register proposes. */
  policy: string;
  chains: RegisterChain[];
}

/** Asks the register who it is. Throws {@link Failure}: 69 where nobody answers, 65 where it is no register. */
export async function discover(remote: Remote, url: string): Promise<Discovery> {
  const { status, body } = await remote.ask(`${url}/.well-known/freehold.json`, { max: MAX_DISCOVERY });
  const no = (why: string) => new Failure(EXIT.badData, "register_invalid", `${url} is not a register: ${why}.`);
  if (status !== 200) throw no(`it has no /.well-known/freehold.json (status ${status})`);
  const said = parse(body);
  if (said === undefined) throw no("its /.well-known/freehold.json is no JSON object");
  const text = (member: string): string => {
    const value = said[member];
    if (typeof value !== "string" || value === "") throw no(`its /.well-known/freehold.json lacks "${member}"`);
    return value;
  };
  const prefix = (member: string): string => {
    const value = text(member);
    const full = URL.canParse(value, `${url}/`) ? new URL(value, `${url}/`).href : "";
    if (!/^https?:/.test(full)) throw no(`"${member}" in its /.well-known/freehold.json is no web address`);
    return full.endsWith("/") ? full : `${full}/`;
  };
  return { url, origin: text("origin"), log: prefix("log"), documents: prefix("documents"), policy: text("policy"), chains: parseChains(said["chain"]) };
}

function parse(body: Uint8Array): { [member: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(fromUtf8(body));
    return typeof value === "object" && value !== null ? (value as { [member: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
