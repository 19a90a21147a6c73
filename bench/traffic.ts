/** Entries and requests for benchmarks: the same at each run, and cheap to make, so that the generator is not what is measured. */
import { createCipheriv } from "node:crypto";
import { connect } from "node:net";

/** Bytes of a record entry. */
const ENTRY = 66;
const FRAME = 2 + ENTRY;

/** Record entries `from` to `from + count` of the traffic, as a bundle: each after its length. `from` is a multiple of 16. */
export function bundleOf(from: number, count: number): Buffer {
  const bundle = createCipheriv("aes-128-ctr", Buffer.alloc(16), counter((from * FRAME) / 16)).update(Buffer.alloc(count * FRAME));
  for (let at = 0; at < bundle.length; at += FRAME) bundle.writeUInt32BE((ENTRY << 16) | 0x0101, at); // its length, version 1, kind record
  return bundle;
}

/** The entries of a bundle of records, as views. */
export function entriesOf(bundle: Buffer): Buffer[] {
  return Array.from({ length: bundle.length / FRAME }, (_, i) => bundle.subarray(i * FRAME + 2, (i + 1) * FRAME));
}

function counter(block: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(BigInt(block), 8);
  return bytes;
}

/** A POST of octets as it stands on the wire. */
export function post(path: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/octet-stream\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ]);
}

export interface Exchange {
  request: Uint8Array;
  /** Called with the answer and how long it took, in milliseconds. */
  answered(status: number, body: Buffer, milliseconds: number): void;
}

/** Sends all requests over so many connections, on each one at a time. Returns the seconds that it took. */
export async function send(port: number, connections: number, exchanges: Iterator<Exchange>): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => sendOver(port, exchanges)));
  return (performance.now() - start) / 1000;
}

/** One connection: plain HTTP/1.1 with content-length, which costs this process a fraction of what any client library would. */
function sendOver(port: number, exchanges: Iterator<Exchange>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "localhost");
    let current: Exchange;
    let sent = 0;
    let received = Buffer.alloc(0);
    const next = () => {
      const { done, value } = exchanges.next();
      if (done === true) return void socket.end(resolve);
      current = value;
      sent = performance.now();
      socket.write(value.request);
    };
    socket.setNoDelay(true);
    socket.once("connect", next);
    socket.once("error", reject);
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = received.toString("latin1", 0, end);
      const length = /\r\ncontent-length: (\d+)/i.exec(head);
      if (length === null) {
        reject(new Error(`An answer without content-length: ${head}`));
        return;
      }
      const whole = end + 4 + Number(length[1]);
      if (received.length < whole) return;
      const body = received.subarray(end + 4, whole);
      received = Buffer.alloc(0);
      current.answered(Number(head.slice(9, 12)), body, performance.now() - sent);
      next();
    });
  });
}
