/** What a page of a sitting needs: the entry of the bundle that bench/sitting.ts runs in Chromium. */
export { openBook } from "../person/src/book.ts";
export { readLog, unreadLog } from "../person/src/log-reader.ts";
export { prepare } from "../person/src/prepare.ts";
export { makeReceipt } from "../person/src/receipts.ts";
export { learnRegister } from "../person/src/register.ts";
export { sign } from "../person/src/sign.ts";
export { takeSnapshot } from "../person/src/snapshot.ts";
export { postEntry, submit } from "../person/src/submit.ts";
export { fromHex } from "@freehold/protocol/bytes";
export { newSeed } from "@freehold/protocol/keys";
export { parseTrustPolicy } from "@freehold/protocol/trust-policy";
