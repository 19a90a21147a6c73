/** What a vendor declares under IAB Europe's TCF, as practices: the same for the Global Vendor List and for those who copy from it. */
import { type TcfElement, kindOf, tcfFeatures, tcfPurposes, tcfSpecialFeatures, tcfSpecialPurposes } from "@freehold/protocol/vocabulary";
import { z } from "zod";
import type { Basis, Practice } from "../schema.ts";
import { listOf } from "./read.ts";
import { cut } from "./shown.ts";

/** Numbers of elements. TCF has eleven purposes, but a list of 2023 names a data category 2008: what a vendor declares is kept, whatever it means. */
export const elementIds = listOf(z.int().min(1).max(65_535), 255);

/** The members of a vendor that name elements; those that a source does not have are left out. */
export interface TcfDeclaration {
  purposes: number[];
  legIntPurposes: number[];
  flexiblePurposes: number[];
  specialPurposes?: number[] | undefined;
  features?: number[] | undefined;
  specialFeatures?: number[] | undefined;
  dataRetention?: { purposes?: { [id: string]: number } | undefined; specialPurposes?: { [id: string]: number } | undefined } | undefined;
}

const lists = [
  ["purposes", "purpose", "purpose", "consent", tcfPurposes],
  ["legIntPurposes", "purpose", "purpose", "legitimate-interest", tcfPurposes],
  ["specialPurposes", "special-purpose", "special purpose", "unstated", tcfSpecialPurposes],
  ["features", "feature", "feature", "unstated", tcfFeatures],
  ["specialFeatures", "special-feature", "special feature", "unstated", tcfSpecialFeatures],
] as const satisfies readonly (readonly [keyof TcfDeclaration, Practice["element"], string, Basis, readonly TcfElement[]])[];

/**
 * The practices of a vendor, in the order of TCF. A purpose that stands on both grounds is two practices; a number that TCF does not have
 * (yet) is kept, without DPV terms.
 *
 * @param nameOf the names of the vendor list itself, where it has some.
 */
export function tcfPractices(vendor: TcfDeclaration, nameOf: (element: Practice["element"], id: number) => string | undefined = () => undefined): Practice[] {
  return lists.flatMap(([member, element, word, basis, known]) =>
    [...new Set(vendor[member])].map((id): Practice => {
      const ours = known.find((other) => other.id === id);
      const terms = ours?.terms ?? [];
      const speaksOf = terms.filter((term) => kindOf(term) !== "purpose");
      const flexible = element === "purpose" && vendor.flexiblePurposes.includes(id);
      const periods = element === "purpose" ? "purposes" : element === "special-purpose" ? "specialPurposes" : undefined;
      const days = periods && vendor.dataRetention?.[periods]?.[String(id)];
      const quotes = [
        quote(member, vendor[member]!),
        ...(flexible ? [quote("flexiblePurposes", vendor.flexiblePurposes)] : []),
        ...(days === undefined ? [] : [`dataRetention.${periods}.${id}: ${days}`]),
      ];
      return {
        term: { scheme: "tcf", code: `${word} ${id}`, name: nameOf(element, id) ?? ours?.name ?? `${word[0]!.toUpperCase()}${word.slice(1)} ${id}` },
        element,
        basis,
        ...(flexible && { flexible }),
        purposes: terms.filter((term) => kindOf(term) === "purpose"),
        ...(speaksOf.length > 0 && { speaksOf }),
        ...(days !== undefined && { retentionDays: days }),
        quote: cut(quotes.join("; "), 200),
      };
    }),
  );
}

function quote(member: string, ids: readonly number[]): string {
  return `${member}: ${cut(ids.join(", "), 80)}`;
}
