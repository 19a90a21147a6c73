/** Where the verifier's trust policy comes from: an option, the environment, or a folder with a file for each register. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { existsSync } from "node:fs";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { EXIT, Failure } from "./exit.ts";
import { readText } from "./input.ts";

const MAX_POLICY = 65_536;

/** A policy that believes nobody: with it a verification ends at the step `checkpoint`. */
export const NOBODY: TrustPolicy = { tlog: { logs: [], witnesses: [], groups: [], quorum: null }, anchors: [], maximumAge: 1 };

/**
 * The policy to judge a register by: the file of `--policy`, of FREEHOLD_POLICY, or the register's own in
 * {@link policyFileOf}, in this order. Undefined where there is none. Throws {@link Failure} for a file that cannot be read or is none.
 */
export async function findPolicy(origin: string, option: string | undefined): Promise<{ file: string; policy: TrustPolicy } | undefined> {
  const named = option ?? (process.env["FREEHOLD_POLICY"] || undefined);
  const file = named ?? policyFileOf(origin);
  if (named === undefined && !existsSync(file)) return undefined;
  const source = await readText(file, { what: "a trust policy", max: MAX_POLICY });
  try {
    return { file, policy: parseTrustPolicy(source) };
  } catch (cause) {
    throw new Failure(EXIT.badData, "policy_malformed", `${file} is not a trust policy. ${(cause as Error).message}`, { cause });
  }
}

/**
 * The file for a register: its origin with all but letters, digits, dots and hyphens written as `_`. That two origins may share
 * a name does no harm: the policy inside must name the log.
 *
 * @example
 * ```ts
 * policyFileOf("register.example/log"); // /home/me/.config/freehold/policies/register.example_log.json
 * ```
 */
export function policyFileOf(origin: string): string {
  const xdg = process.env["XDG_CONFIG_HOME"] ?? "";
  const config = isAbsolute(xdg) ? xdg : join(homedir(), ".config"); // a relative one is to be ignored (XDG Base Directory)
  return join(config, "freehold", "policies", `${origin.replace(/[^\p{L}\p{N}.-]/gu, "_")}.json`);
}
