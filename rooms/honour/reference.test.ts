import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { quickStartOf } from "./quick-start.ts";
import { referenceOf, typeOf } from "./reference.ts";

const app = new OpenAPIHono();
const Deposit = z.object({ message: z.string(), deposited: z.iso.datetime() }).openapi("Deposit");
app.openapi(
  createRoute({
    method: "post",
    path: "/v1/mailboxes/{id}",
    summary: "Leave a message",
    request: {
      params: z.object({ id: z.string().openapi({ example: "5e0c", description: "SHA-256 of the controller id" }) }),
      query: z.object({ wait: z.enum(["sequenced", "published"]).default("sequenced"), limit: z.coerce.number().int().min(1).max(500).optional() }),
      body: {
        content: {
          "application/json": {
            schema: z.object({ origin: z.string().openapi({ example: "https://shop.example" }), tags: z.array(z.union([z.string(), z.null()])).optional() }),
          },
        },
      },
    },
    responses: { 201: { description: "the deposit", content: { "application/json": { schema: Deposit } } }, 404: { description: "no such mailbox" } },
  }),
  (c) => c.json({ message: "", deposited: "" }, 201),
);
app.openapi(createRoute({ method: "get", path: "/v1/zebras", responses: { 200: { description: "all" } } }), (c) => c.text(""));

test("a document is read as subjects, requests, types and lines for a terminal", () => {
  const { groups, shapes, version } = referenceOf(
    app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "x", version: "7" } }) as object,
    "https://register.example",
  );
  expect(version).toBe("7");
  expect(groups.map(({ name }) => name)).toEqual(["Mailboxes and webhooks", "Zebras"]);
  const [deposit] = groups[0]!.operations;
  expect(deposit).toMatchObject({
    id: "post-v1-mailboxes-id",
    method: "POST",
    summary: "Leave a message",
    parameters: [
      { name: "id", in: "path", type: "string", required: true, description: "SHA-256 of the controller id" },
      { name: "wait", in: "query", type: '"sequenced" | "published"', required: false, description: '"sequenced" where it is left out' },
      { name: "limit", in: "query", type: "integer", description: "at least 1, at most 500" },
    ],
    bodies: [{ media: "application/json", type: "{ origin: string; tags?: (string | null)[] }" }],
    responses: [
      { status: "201", description: "the deposit", type: "Deposit" },
      { status: "404", description: "no such mailbox", type: "" },
    ],
    example: `curl -X POST 'https://register.example/v1/mailboxes/5e0c' -H 'content-type: application/json' -d '{"origin":"https://shop.example"}'`,
  });
  expect(shapes).toEqual([{ name: "Deposit", type: "{\n  message: string;\n  deposited: string;\n}", description: "" }]);
});

test("a type ends, however deep the schema, and what is not said is any", () => {
  let deep: Parameters<typeof typeOf>[0] = {};
  for (let i = 0; i < 1000; i++) deep = { type: "object", properties: { a: deep }, required: ["a"] };
  expect(typeOf(deep)).toBe("{ a: { a: { a: { a: { a: { a: … } } } } } }");
  expect(typeOf({})).toBe("any");
  expect(typeOf({ type: ["integer", "null"] })).toBe("integer | null");
  expect(typeOf({ allOf: [{ $ref: "#/components/schemas/A" }, { type: "object", properties: { b: { const: 1 } } }] })).toBe("A & { b?: 1 }");
});

test("an empty document is a reference without requests", () => {
  expect(referenceOf({}, "https://register.example")).toEqual({ version: "", groups: [], shapes: [] });
});

test("the quick start of a guide: its words and snippets, and nothing of other sections", () => {
  const guide =
    "# SDK\nNot this.\n## Quick start\nInstall **it**,\nthen [read](x.md).\n\n```sh\nnpm i @freehold/sdk\n## no heading\n```\n### A desk\n- one\n- two\n## Later\n```ts\nno\n```\n";
  expect(quickStartOf(guide)).toEqual([
    { kind: "words", text: "Install it, then read." },
    { kind: "code", language: "sh", text: "npm i @freehold/sdk\n## no heading" },
    { kind: "heading", text: "A desk" },
    { kind: "words", text: "one" },
    { kind: "words", text: "two" },
  ]);
  expect(quickStartOf("# SDK\nWords.\n## A desk\n| a |\n")).toEqual([
    { kind: "words", text: "Words." },
    { kind: "heading", text: "A desk" },
  ]);
  expect(quickStartOf("")).toEqual([]);
});
