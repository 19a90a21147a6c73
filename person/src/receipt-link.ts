/** A receipt as a link, in whose fragment it stands, so that no server sees it; and what a QR code of it says (spec/receipt.md, "Security"). */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { MAX_RECEIPT, formatReceipt, parseReceipt } from "@freehold/protocol/receipt";
import { Inflate, deflateSync } from "fflate";

const FIELD = "receipt=";

/**
 * The link of a receipt: `<page>#receipt=` and the deflated text (RFC 1951) in base64url. The withdrawal code is left out.
 *
 * @param page address of a page that reads it, such as `https://register.example/receipt`.
 * @throws `receipt_malformed`.
 * @example
 * ```ts
 * const link = receiptLink(text, "https://register.example/receipt");
 * ```
 */
export function receiptLink(text: string, page: string): string {
  const { code: _, ...receipt } = parseReceipt(text);
  return `${page}#${FIELD}${toBase64url(deflateSync(utf8(formatReceipt(receipt)), { level: 9 }))}`;
}

/**
 * The text of the receipt in a link or its fragment. It is not verified: `verifyReceipt` is for that.
 *
 * @throws `receipt_malformed` where there is none, or one that unpacks to more than a receipt may have.
 * @example
 * ```ts
 * const text = readReceiptLink(location.hash);
 * ```
 */
export function readReceiptLink(link: string): string {
  const packed = new URLSearchParams(link.slice(link.indexOf("#") + 1)).get("receipt");
  if (packed === null || packed.length > MAX_RECEIPT) throw malformed("The link holds no receipt.");
  let bytes: Uint8Array;
  try {
    bytes = inflate(fromBase64url(packed));
    return fromUtf8(bytes);
  } catch (cause) {
    if (cause instanceof FreeholdError && cause.code === "receipt_malformed") throw cause;
    throw malformed("What stands in the link is no deflated text: it was cut off, or changed on its way.", cause);
  }
}

/** What a QR code says that hands on a withdrawal code: a page that takes it, and the code. It fits on paper; the receipt itself does not. */
export function withdrawalLink(code: string, page: string): string {
  return `${page}#code=${code}`;
}

/** Unpacked piece by piece: a few kilobytes of hostile text would become gigabytes. */
function inflate(packed: Uint8Array): Uint8Array {
  const out = new Uint8Array(MAX_RECEIPT);
  let length = 0;
  const stream = new Inflate((part) => {
    if (length + part.length > MAX_RECEIPT) throw malformed(`A receipt has at most ${MAX_RECEIPT} bytes; the link unpacks to more.`);
    out.set(part, length);
    length += part.length;
  });
  for (let at = 0; at < packed.length; at += 256) stream.push(packed.subarray(at, at + 256), at + 256 >= packed.length);
  if (length === 0) throw malformed("The link holds no receipt.");
  return out.slice(0, length);
}

function malformed(message: string, cause?: unknown): FreeholdError {
  return new FreeholdError("receipt_malformed", message, { cause });
}
