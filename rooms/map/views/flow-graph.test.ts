import fc from "fast-check";
import { expect, test } from "vitest";
import type { CompanyCard } from "../card-schema.ts";
import { flowOf } from "./flow-graph.ts";

type Practices = CompanyCard["practices"];

const term = (code: string) => ({ scheme: "art30", code, name: code });
const practice = (code: string, data?: string[], recipients?: string[]): Practices[number] => ({
  term: term(code),
  element: "purpose",
  basis: "consent",
  purposes: [],
  quote: code,
  record: 1,
  ...(data && { data: data.map((one) => ({ term: term(one), terms: [] })) }),
  ...(recipients && { recipients }),
});
const flow = (practices: Practices, data: CompanyCard["data"] = []) => flowOf({ name: "Acme", practices, data });

test("without purposes there is no picture", () => {
  expect(flow([])).toBeNull();
  expect(flow([{ ...practice("matching"), element: "feature" }])).toBeNull();
});

test("a purpose without data of its own leads to all kinds of data together, or says that they are not stated", () => {
  expect(flow([practice("Mail")])?.nodes.at(-1)?.name).toBe("data not stated by purpose");
  expect(flow([practice("Mail")], [{ term: term("Name"), terms: [], records: [1] }])?.nodes.at(-1)?.name).toBe("1 kind of data, for all purposes together");
});

test("names that are the same in two columns are two nodes", () => {
  const { nodes, links } = flow([practice("Health", ["Health"], ["Health", "Acme"])])!;
  expect(nodes.map(({ id }) => id)).toEqual(["organisation", "purpose:art30 Health", "data:art30 Health", "recipient:Health", "recipient:Acme"]);
  expect(links[0]).toEqual({ source: "organisation", target: "purpose:art30 Health", value: 3 });
});

test("two sources that declare one purpose are one node with both grounds", () => {
  const { nodes } = flow([practice("Mail"), { ...practice("Mail"), basis: "contract", record: 2 }])!;
  expect(nodes[1]).toMatchObject({ grounds: "Consent and Contract" });
});

test("what goes in comes out, nothing leads back, and columns are bounded", () => {
  const name = fc.constantFrom(..."abcdefgh");
  const many = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.uniqueArray(fc.nat(40))), fc.option(fc.uniqueArray(name))), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(many, (list) => {
      const { nodes, links } = flow(
        list.map(([code, data, recipients]) =>
          practice(
            `p${code}`,
            data?.map((one) => `d${one}`),
            recipients ?? undefined,
          ),
        ),
      )!;
      expect(nodes.length).toBeLessThanOrEqual(1 + 26 + 26);
      const rank = new Map(nodes.map(({ id, kind }) => [id, kind === "organisation" ? 0 : kind === "purpose" ? 1 : 2]));
      for (const { source, target } of links) expect(rank.get(target)! - rank.get(source)!).toBe(1);
      for (const { id, kind } of nodes) {
        if (kind !== "purpose") continue;
        const sum = (end: "source" | "target") => links.reduce((total, link) => total + (link[end] === id ? link.value : 0), 0);
        expect(sum("source")).toBe(sum("target"));
      }
    }),
  );
});
