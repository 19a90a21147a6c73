/** What the shop would like to do with its customers' data: each use is a process of its offer, and a question to check() before it is done. */
import type { CheckRequest } from "@freehold/protocol/check";
import type { Process } from "@freehold/protocol/record";

export interface Use {
  id: "newsletter" | "recommendations" | "advertising";
  /** What a customer reads. */
  title: string;
  /** What the job does where it is allowed, and where not. */
  done: string;
  left: string;
  request: CheckRequest;
  process: Process;
}

const consent = { ground: "eu-gdpr:A6-1-a", retention: "P12M", storage: ["IE"] };

/** One process for each: who allows one allows no other. */
export const uses: readonly Use[] = [
  {
    id: "newsletter",
    title: "Send you our newsletter",
    done: "newsletter sent",
    left: "no newsletter sent",
    request: { purpose: "dpv:DirectMarketing", data: "pd:EmailAddress", processing: "dpv:Use" },
    process: { ...consent, purposes: ["dpv:DirectMarketing"], data: ["pd:EmailAddress"], processing: ["dpv:Use"] },
  },
  {
    id: "recommendations",
    title: "Recommend teas by what you bought",
    done: "recommendations made of your orders",
    left: "the same teas shown as to everybody",
    request: { purpose: "dpv:ProvideProductRecommendations", data: "pd:PurchasesAndSpendingHabit", processing: "dpv:Analyse" },
    process: { ...consent, purposes: ["dpv:ProvideProductRecommendations"], data: ["pd:PurchasesAndSpendingHabit"], processing: ["dpv:Analyse"] },
  },
  {
    id: "advertising",
    title: "Give your address to AdCo, which shows you our advertisements elsewhere",
    done: "address given to AdCo",
    left: "nothing given to AdCo",
    request: { purpose: "dpv:TargetedAdvertising", data: "pd:EmailAddress", processing: "dpv:Share" },
    process: {
      ...consent,
      purposes: ["dpv:TargetedAdvertising"],
      data: ["pd:EmailAddress"],
      processing: ["dpv:Share"],
      recipients: [{ id: "https://adco.example", name: "AdCo SAS (invented)" }],
      retention: "P3M",
    },
  },
];
