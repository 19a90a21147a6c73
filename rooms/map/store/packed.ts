/** Texts in the store: short ones as they are, long ones deflated where that pays. The type of the value tells which. */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Shorter ones are not worth the time. */
const SHORT = 1024;

export function pack(text: string): string | Uint8Array {
  if (text.length < SHORT) return text;
  const packed = deflateRawSync(text, { level: 3 });
  return packed.length < 0.8 * text.length ? packed : text;
}

export function unpack(value: unknown): string {
  return typeof value === "string" ? value : inflateRawSync(value as Uint8Array).toString("utf8");
}
