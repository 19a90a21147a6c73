/** What a register says of its anchors: under /v1, and of its chains (spec/register.md, "Anchors"). */
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Anchoring } from "../ledger/anchoring.ts";
import { failures } from "./api.ts";
import { RequestInvalid } from "./errors.ts";

const digits = (count: number) => z.string().regex(new RegExp(`^[0-9a-f]{${count}}$`), `${count} lower-case hexadecimal digits`);
const whole = z
  .string()
  .regex(/^[0-9]{1,15}$/, "a whole number")
  .transform(Number);
const ChainState = z
  .object({
    chainId: z.number(),
    contract: digits(40),
    register: digits(40),
    confirmations: z.number(),
    independent: z.boolean(),
    head: z.number().nullable(),
    seen: z.number().nullable(),
    anchored: z.number(),
    trouble: z.boolean(),
  })
  .openapi("Chain", { description: "independent: whether others run the chain; an anchor on a register's own proves nothing to third parties" });
const ListedAnchor = z
  .object({
    chainId: z.number(),
    contract: digits(40),
    register: digits(40),
    size: z.number(),
    root: digits(64),
    state: z.enum(["sent", "included", "confirmed", "replaced", "lost", "foreign"]),
    tx: digits(64).nullable(),
    block: z.number().nullable(),
    blockHash: digits(64).nullable(),
    confirmations: z.number(),
    gas: z.number().int().nullable(),
    cost: z.string().nullable().openapi({ description: "wei, in decimal" }),
    sent: z.number().openapi({ description: "seconds since 1970" }),
  })
  .openapi("ListedAnchor");
const AnchorList = z.object({ chains: z.array(ChainState), anchors: z.array(ListedAnchor) }).openapi("Anchors");
const Anchor = z
  .object({
    block: z.number(),
    chainId: z.number(),
    contract: digits(40),
    event: z.object({ header: z.string(), log: z.number(), proof: z.array(z.string()).readonly(), transaction: z.number() }).optional(),
    path: z.array(digits(64)).readonly(),
    register: digits(40),
    root: digits(64),
    size: z.number(),
  })
  .openapi("Anchor", { description: "spec/anchor.md" });

const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { "application/json": { schema } } });
const listAnchors = createRoute({
  method: "get",
  path: "/v1/anchors",
  summary: "The chains of the register, and its newest anchors",
  request: { query: z.object({ limit: whole.optional() }) },
  responses: { 200: json(AnchorList, "the newest first"), ...failures(400) },
});
const getAnchor = createRoute({
  method: "get",
  path: "/v1/entries/{index}/anchor",
  summary: "The anchor that covers an entry, for its receipt",
  request: {
    params: z.object({ index: whole }),
    query: z.object({ size: whole.optional().openapi({ description: "the size of the receipt's checkpoint; the published one where it is left out" }) }),
  },
  responses: { 200: json(Anchor, "the anchor"), ...failures(400, 404) },
});

/** Anchors in one answer. */
const LISTED = 100;
const MAX_LISTED = 1000;

export function createAnchorApi(anchoring: Anchoring): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw new RequestInvalid(result.error.issues);
    },
  });
  api.openapi(listAnchors, (c) => {
    const chains = anchoring.chains().map(({ alarm: _alarm, trouble, ...chain }) => ({ ...chain, trouble: trouble !== null }));
    return c.json({ chains, anchors: anchoring.anchors(Math.min(c.req.valid("query").limit ?? LISTED, MAX_LISTED)) }, 200);
  });
  api.openapi(getAnchor, async (c) => c.json(await anchoring.anchorOf(c.req.valid("param").index, c.req.valid("query").size), 200));
  return api;
}

/** The anchoring of a register without a chain. */
export const noAnchoring: Anchoring = {
  trusted: [],
  chains: () => [],
  anchors: () => [],
  anchorOf: () => Promise.reject(new FreeholdError("anchor_unknown", "This register anchors on no chain.")),
  look: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
