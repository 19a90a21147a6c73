/** Asks a node of an EVM chain (JSON-RPC 2.0 over HTTP): one call, one answer, within a time and a size. */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";

/** Calls a method; the result, unchecked. Throws `unavailable` where no answer came, {@link RpcRefusal} where the node refused. */
export type Rpc = (method: string, ...params: unknown[]) => Promise<unknown>;

/** The node has answered, with an error or with what is no answer: the call is wrong, too large for it, or not one that it knows, or the node is not what it should be. */
export class RpcRefusal extends FreeholdError {}

/** Room for the receipts of a full block. */
const MAX_ANSWER = 2 ** 26;

/** Asks at `url`. `timeout` is for a whole answer, in milliseconds; `closing` ends what is under way. No error names the address: it may hold a key. */
export function jsonRpc({ url, timeout, closing }: { url: () => string; timeout: number; closing?: AbortSignal }): Rpc {
  return async (method, ...params) => {
    let answer: unknown;
    try {
      const signal = AbortSignal.timeout(timeout);
      const response = await fetch(url(), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        redirect: "manual",
        signal: closing === undefined ? signal : AbortSignal.any([signal, closing]),
      });
      answer = JSON.parse(await readBody(response));
    } catch (error) {
      throw new FreeholdError("unavailable", `The chain's node gave no answer to ${method}: ${reasonOf(error as Error, timeout)}.`);
    }
    const { result, error } = (answer ?? {}) as { result?: unknown; error?: { message?: unknown } | null };
    if (error !== undefined && error !== null)
      throw new RpcRefusal("unavailable", `The chain's node refused ${method}: ${String(error.message).slice(0, 300)}.`);
    if (result === undefined) throw new RpcRefusal("unavailable", `The chain's node gave an answer to ${method} that is none.`);
    return result;
  };
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new Error(`it has more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return fromUtf8(Buffer.concat(chunks));
}

/** What went wrong, without the address that `fetch` may put into its message. */
function reasonOf(error: Error, timeout: number): string {
  if (error.name === "TimeoutError") return `none within ${timeout} ms`;
  if (error instanceof SyntaxError) return "it is no JSON";
  const inner = error instanceof TypeError ? error.cause : undefined;
  if (inner instanceof Error) return (inner as NodeJS.ErrnoException).code ?? inner.name;
  return error instanceof TypeError ? "it cannot be reached" : error.message.replace(/\.$/, "");
}
