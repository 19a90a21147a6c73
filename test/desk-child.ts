/** A shop that receives one decision after the other into the SQLite store of a file, and prints each that it has answered: to be killed. */
import { openSqliteStore } from "../sdk/src/store-sqlite.ts";
import { meet, openShop } from "./reception-kit.ts";

const made = await openShop({ store: openSqliteStore(process.argv[2]!) });
const her = await meet(made, "her");
const reference = await made.reception.reference({ subject: "customer-7" });
for (let i = 0; i < 1000; i++) {
  const item = await her.decide({ act: "dpv:ObjectingToProcess" });
  const receipt = JSON.parse(await her.receipt(item)) as object;
  const { record } = await made.reception.receive(JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt, reference }));
  console.log(record);
}
