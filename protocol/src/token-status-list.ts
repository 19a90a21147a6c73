/** The bitmap of what has ended as an IETF Token Status List (draft-ietf-oauth-status-list, section 4). */
import { concat, fromBase64url, toBase64url } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { type Shaped, check, integer, object, text } from "./shape.ts";

const MAX_TEXT = 2 ** 28;

const statusListShape = object({ bits: integer(1, 1), lst: text(1, MAX_TEXT) });

/** The member `status_list` of a Status List Token: one bit for each entry, 1 = INVALID (ended), in zlib (RFC 1950) and base64url. */
export type StatusList = Shaped<typeof statusListShape>;

/**
 * A bitmap (bit i is bit i mod 8, least significant first, of byte floor(i/8)) as a status list. The bytes of `lst`
 * depend on the platform's compressor; what they unpack to does not.
 *
 * @example
 * ```ts
 * await toStatusList(Uint8Array.of(0xb9, 0xa3)); // { bits: 1, lst: "eJzbuRgAAhcBXQ" }
 * ```
 */
export async function toStatusList(bitmap: Uint8Array): Promise<StatusList> {
  return { bits: 1, lst: toBase64url(await through(new CompressionStream("deflate"), bitmap, Number.POSITIVE_INFINITY)) };
}

/**
 * The bitmap of a status list with one bit for each entry. The list proves nothing: its status root does (spec/status.md).
 * (Bytes after the zlib stream are refused by most platforms, and ignored by Node 20.)
 * No more than `maxBytes` and one chunk of the platform (16 to 64 KiB) are ever unpacked.
 * Throws `status_malformed` for another form, another number of bits, what is not zlib, or more than `maxBytes`.
 *
 * @example
 * ```ts
 * await fromStatusList({ bits: 1, lst: "eNrbuRgAAhcBXQ" }, { maxBytes: 1024 }); // b9 a3
 * ```
 */
export async function fromStatusList(list: unknown, limit: { readonly maxBytes: number }): Promise<Uint8Array> {
  const { lst } = check(statusListShape, list, "status list", "status_malformed");
  let packed: Uint8Array;
  try {
    packed = fromBase64url(lst);
  } catch (cause) {
    throw new FreeholdError("status_malformed", "The status list's lst is not base64url without padding.", { cause });
  }
  return through(new DecompressionStream("deflate"), packed, limit.maxBytes);
}

async function through(transform: ByteTransform, input: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const reader = transform.readable.getReader();
  const writer = transform.writable.getWriter();
  // What goes wrong on the writing side comes out of `read` too; here it is only kept from being unhandled.
  const written = Promise.allSettled([writer.write(input), writer.close()]);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > maxBytes) break;
      parts.push(part.value);
    }
  } catch (cause) {
    throw new FreeholdError("status_malformed", "The status list's lst is not zlib (RFC 1950).", { cause });
  }
  if (length > maxBytes) {
    await reader.cancel();
    throw new FreeholdError("status_malformed", `The status list unpacks to more than ${maxBytes} bytes.`);
  }
  await written;
  return concat(...parts);
}
