/** What a page needs to verify a receipt: the entry of the bundle that bench/receipt.ts measures. */
export { verifyReceipt } from "@freehold/protocol/receipt";
export { parseTrustPolicy } from "@freehold/protocol/trust-policy";
