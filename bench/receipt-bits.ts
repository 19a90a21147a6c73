/** Changes every single bit of a complete receipt and verifies each: `node --conditions=source bench/receipt-bits.ts`. Some minutes. Exit 1 if one verifies, or ends in a wrong code. */
import { everyPart, judge, NOW, partsOf } from "../protocol/testkit/bits.ts";
import { formatReceipt, verifyReceipt } from "../protocol/src/receipt.ts";

const { receipt, policy } = everyPart();
const unchanged = await verifyReceipt(formatReceipt(receipt), { policy, now: NOW });
const parts = partsOf(receipt);
const total = parts.reduce((sum, { bits }) => sum + bits, 0);
const start = performance.now();
let done = 0;
let wrong = 0;
for (const part of parts) {
  for (let bit = 0; bit < part.bits; bit++) {
    const problem = await judge(part.change(bit), policy, unchanged);
    if (problem !== undefined) {
      wrong++;
      console.log(problem);
    }
    if (++done % 1000 === 0) process.stderr.write(`\r${done} of ${total}, ${part.name}          `);
  }
}
const seconds = (performance.now() - start) / 1000;
process.stderr.write("\n");
console.log(`${total} bits of ${parts.length} parts in ${seconds.toFixed(0)} s (${((1000 * seconds) / total).toFixed(2)} ms each): ${wrong} wrong answers`);
if (wrong > 0) process.exit(1);
