/** The file `freehold-scan` (spec/scan.md): what one scan of one page found. The schema is the format; its types follow from it. */
import { z } from "zod";

/** Ways in which a visit ends. All but `complete` leave a visit with what it has seen until then. */
const ENDINGS = [
  "complete",
  "time",
  "bytes",
  "requests",
  "redirects",
  "disk",
  "unreachable",
  "private-address",
  "tls",
  "download",
  "crashed",
  "browser-ended",
] as const;
export type Ending = (typeof ENDINGS)[number];

export const STATES = ["unanswered", "refused", "accepted"] as const;
export type State = (typeof STATES)[number];

const TECHNIQUES = ["canvas-fingerprinting", "webgl-renderer", "audio-fingerprinting", "font-enumeration", "key-listening"] as const;
export type Technique = (typeof TECHNIQUES)[number];

const phase = z.enum(["before-answer", "after-answer"]);
/** Scan files come from anybody: no control, direction or space in what is shown as a name of a host. */
const host = z
  .string()
  .max(253)
  .regex(/^[^\p{C}\p{Z}]+$/u);
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.string().regex(/^[2-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
/** Scheme, host and path. */
const address = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[^?#]+$/);

const visit = z.object({
  state: z.enum(STATES),
  gpc: z.boolean(),
  at: instant,
  ended: z.enum(ENDINGS),
  words: z.string().max(300),
  page: z.object({ url: address, status: z.int().min(100).max(599), loaded: z.boolean() }).nullable(),
  banner: z.object({
    found: z.boolean(),
    provider: z.string().max(100).exactOptional(),
    answered: z.boolean(),
    confirmed: z.boolean().exactOptional(),
  }),
  thirdParties: z
    .array(
      z.object({
        domain: host,
        hosts: z.array(host).max(2000),
        before: count,
        after: count,
        aliases: z.array(host).max(100).exactOptional(),
      }),
    )
    .max(2000),
  cookies: z
    .array(
      z.object({
        name: z.string().max(4096),
        domain: host,
        thirdParty: z.boolean(),
        days: z.number().min(0).nullable(),
        phase,
        by: z.enum(["response", "script"]).nullable(),
      }),
    )
    .max(5000),
  storage: z.array(z.object({ origin: z.string().max(300), key: z.string().max(1000), thirdParty: z.boolean(), phase })).max(5000),
  techniques: z.array(z.object({ name: z.enum(TECHNIQUES), host, phase })).max(1000),
  forms: z
    .array(z.object({ sendsTo: host.nullable(), fields: z.record(z.string().max(40), count) }))
    .max(100)
    .nullable(),
  requests: z.array(z.object({ url: address, type: z.string().max(40), phase, count })).max(20_000),
  aside: z.object({
    bytes: count,
    dialogs: count,
    downloads: count,
    popups: count,
    refusedHosts: z.array(host).max(2000),
    aliasesUnknown: z.array(host).max(2000),
  }),
  evidence: z.array(z.object({ file: z.string().max(200), sha256, bytes: count })).max(10),
});

export const scanFile = z.object({
  format: z.literal("freehold-scan"),
  version: z.literal(1),
  site: host,
  url: address,
  tool: z.object({ name: z.string().max(100), version: z.string().max(50), browser: z.string().max(100), rules: z.string().max(100) }),
  conditions: z.object({
    userAgent: z.string().max(500),
    language: z.string().max(35),
    answerAfterSeconds: z.number().min(0).max(600),
    observeSeconds: z.number().min(0).max(600),
  }),
  visits: z.array(visit).min(1).max(6),
});

/** One scan. */
export type ScanResult = z.infer<typeof scanFile>;
/** One state of the banner, visited once in a clean profile. */
export type ScanVisit = z.infer<typeof visit>;
