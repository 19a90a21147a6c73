/** The published impact assessment (/privacy/impact). A row names tests by file and the beginning of their name; impact.test.ts finds each. */
import type { ImpactRow } from "./views/props.ts";

/** The day of the last change. */
export const REVISED = "2026-11-23";

export const impact: readonly ImpactRow[] = [
  {
    id: "entries",
    part: "content",
    risk: "Whoever copies the public log reads in it who decided what.",
    measure:
      "An entry is a perfectly hiding commitment and a lock. For every entry and every other decision there is an opening that fits: without her opening, nothing follows from it.",
    remains: "Whoever holds an opening can show what the entry was. Openings are with her, and with the company to which she gave one.",
    tests: [
      { file: "protocol/src/commitment.test.ts", name: "for every commitment and every other document there is an opening" },
      { file: "test/privacy.test.ts", name: "of ten thousand decisions, a register holds no piece longer than eight bytes" },
      { file: "test/blindness.test.ts", name: "no piece of any record, key, organisation or purpose" },
      { file: "test/blindness.test.ts", name: "what the register has stored: of all that was said, nothing" },
    ],
  },
  {
    id: "openings",
    part: "content",
    risk: "Openings are weak, or drawn twice, and can be guessed.",
    measure: "They come from the generator of the operating system, and are never derived from anything.",
    remains: "A device with a broken generator.",
    tests: [
      { file: "protocol/src/commitment.test.ts", name: "an opening is exactly what the system's generator gives" },
      { file: "protocol/src/commitment.test.ts", name: "openings are canonical, distinct" },
      { file: "protocol/src/keys.test.ts", name: "seed and device are exactly what the system's generator gives" },
    ],
  },
  {
    id: "backups",
    part: "content",
    risk: "Her backups at the register can be read, or say how much she decided.",
    measure: "Sealed blobs of equal size, under a key that only her seed gives. Damaged, exchanged and foreign ones are refused.",
    remains: "How many blobs there are, and when they change.",
    tests: [
      { file: "person/src/backup.test.ts", name: "names, token and key of a slot are those of the specification" },
      { file: "person/src/backup.test.ts", name: "swapped, cut or foreign blobs are refused" },
      { file: "rooms/decide/routes.test.ts", name: "what is deleted is in no file any more, and nothing says when or in which order copies came" },
      { file: "rooms/decide/routes.test.ts", name: "a copy lives while it is read or written, and is erased after 36 months in which it was not" },
    ],
  },
  {
    id: "erasure",
    part: "content",
    risk: "Nothing can be deleted, because the log only grows.",
    measure:
      "Record, opening, secret and index are deleted where they are kept. The entry then says nothing, and every other receipt still verifies. What was erased at a desk cannot come back as permission.",
    remains: "The entry itself. No authority has said that it is anonymous.",
    tests: [
      { file: "protocol/src/receipt.test.ts", name: "after one person's record, opening, secret and index are deleted, every other receipt still verifies" },
      { file: "protocol/src/check.test.ts", name: "the floor shuts out what the erased decision blocked" },
      { file: "person/src/backup.test.ts", name: "what is erased stays erased on every device" },
      { file: "sdk/src/desk.test.ts", name: "erasure: nothing of hers is left but hashes and a floor, and no older grant comes back" },
      { file: "sdk/src/store.test.ts", name: "what was erased is in no byte of the files any more" },
      { file: "test/blindness.test.ts", name: "all of one person's data is deleted, at home, at the register and at both companies" },
    ],
  },
  {
    id: "pooling",
    part: "linking",
    risk: "Two companies put together what they hold, and recognise her.",
    measure: "For each company another key, and for each record another lock and opening. Nothing in them has a common root that they could see.",
    remains:
      "The moment: what she signs in one sitting names the same checkpoint, and entries of one moment stand side by side. And identifiers that she gives to both.",
    tests: [
      { file: "protocol/src/keys.test.ts", name: "seed, register, device and counter each give another secret; controller and epoch another key" },
      { file: "test/blindness.test.ts", name: "no value that marks somebody at the one stands anywhere at the other" },
      { file: "test/blindness.test.ts", name: "nothing computed from her values at the one gives a value at the other" },
      { file: "test/blindness.test.ts", name: "the limit: the moment links" },
    ],
  },
  {
    id: "mailbox",
    part: "linking",
    risk: "She writes to a company through its mailbox here, and the register learns to whom.",
    measure: "The company's own address is tried first. A message is sealed for the company alone and padded, and says neither who wrote it nor what.",
    remains: "For which company a message was left, when, and from which network address.",
    tests: [
      { file: "test/blindness.test.ts", name: "the register sees for which company and when, as /privacy says; not what, and not by whom" },
      { file: "rooms/honour/mailbox.test.ts", name: "only what a company could open, and cannot be told apart by its length, is taken" },
    ],
  },
  {
    id: "interest",
    part: "linking",
    risk: "The register learns for which organisations she looks.",
    measure:
      "Her browser and her files are read in her browser only. Organisations come in parts of at least 500, the log in whole tiles: she searches in them at home.",
    remains: "That she came, when, and from which address.",
    tests: [
      { file: "person/src/sitting.test.ts", name: "one sitting: 150 refusals are signed, found in the log, and each has a receipt that verifies" },
      { file: "rooms/decide/shards.test.ts", name: "every organisation, domain and name is found in the browser; no part has fewer than 500" },
      { file: "test/blindness.test.ts", name: "a thousand decisions, one request for each; every request has one of a few forms" },
      { file: "test/blindness.test.ts", name: "organisations came in parts of at least 500" },
    ],
  },
  {
    id: "addresses",
    part: "linking",
    risk: "Addresses and times are written down, and tell who decides.",
    measure: "The program stores none, and its log lines have none. A server in front of it keeps access logs for 7 days at most.",
    remains: "A host that writes them down all the same cannot be noticed from outside.",
    tests: [],
  },
  {
    id: "histories",
    part: "power",
    risk: "The operator shows her another history than others, or changes one.",
    measure: "Independent witnesses sign only what extends what they signed before. The root is anchored on a chain. Her own program recomputes it.",
    remains: "A quorum of witnesses that conspires with the operator.",
    tests: [
      { file: "protocol/src/receipt.test.ts", name: "no bit of a hash of the inclusion proof can be changed" },
      { file: "ledger/log.test.ts", name: "a witness that knows a larger log stops this one" },
      { file: "person/src/sitting.test.ts", name: "another history, other entries, another register: each is noticed" },
      { file: "test/threats.test.ts", name: "two histories: whoever saw one of them refuses the other and keeps both signatures" },
    ],
  },
  {
    id: "withheld",
    part: "power",
    risk: "The operator drops or delays a withdrawal.",
    measure:
      "It counts from any of three ways: the log, the company itself, the chain. What was opened on the chain must be logged, and a register that leaves it out is exposed by any audit.",
    remains: "Company, register and chain away at the same time.",
    tests: [
      { file: "test/chain.test.ts", name: "a withdrawal on the chain while the register is stopped is logged when it returns" },
      { file: "person/src/sitting.test.ts", name: "a withdrawal through the register ends the record" },
      { file: "sdk/src/chain.test.ts", name: "withdrawn on a chain: not allowed after the next look, with the register down" },
      { file: "test/threats.test.ts", name: "the register is stopped: at the company, and on the chain" },
      { file: "test/threats.test.ts", name: "both are stopped: on the chain; the company, back first, obeys" },
      { file: "test/threats.test.ts", name: "the company is stopped: at the register, and on the chain" },
      { file: "test/threats.test.ts", name: "an operator who answers and logs nothing is not believed" },
    ],
  },
  {
    id: "slipped-key",
    part: "power",
    risk: "The register slips in a key, and makes her answer an offer that no company made.",
    measure: "Her program reads the claim at the company's own host, and compares it with the one in the log.",
    remains: "Register and company's host in one hand.",
    tests: [
      { file: "person/src/deliver.test.ts", name: "a key that a register slipped in is seen" },
      { file: "person/src/deliver.test.ts", name: "an offer is believed when its key stands at the host and in the log, in time" },
    ],
  },
  {
    id: "page",
    part: "power",
    risk: "The host serves a dishonest page that sends her seed away.",
    measure: "The pages load nothing from elsewhere and run no script that is not the build's. The same can be done with a program that she installs.",
    remains: "A browser cannot notice another page. For whom this is too much, the program is the way.",
    tests: [{ file: "test/register.test.ts", name: "every answer may be read from other origins, and can neither be sniffed, framed nor run as a script" }],
  },
  {
    id: "loss",
    part: "keys",
    risk: "She loses her device, and with it her rights and proofs.",
    measure: "A kit of words on paper finds all her entries again, several passkeys open the same seed, and sealed copies bring the contents back.",
    remains: "The kit lost too: then nobody can help, and old permissions end by their date.",
    tests: [
      { file: "person/src/sitting.test.ts", name: "from the seed alone everything is found" },
      { file: "person/src/passkeys.test.ts", name: "with PRF: one gesture signs the challenge and opens the seed" },
      { file: "person/src/keys.test.ts", name: "a kit gives the seed back" },
    ],
  },
  {
    id: "clone",
    part: "keys",
    risk: "Two copies of her profile use the same lock, and one withdrawal ends the other's decision.",
    measure: "Every installation draws a number of its own, and another where that is in the log already.",
    remains: "Two copies that begin in the same moment: both are found again.",
    tests: [
      { file: "person/src/sitting.test.ts", name: "a restored copy and a cloned profile draw another number" },
      { file: "protocol/src/keys.test.ts", name: "a cloned profile has the locks of the first" },
      { file: "test/threats.test.ts", name: "a cloned profile: each copy draws a number of its own" },
    ],
  },
  {
    id: "code",
    part: "keys",
    risk: "Somebody finds her withdrawal code.",
    measure: "It can end one decision, and nothing else. No secret ever allows anything.",
    remains: "A nuisance: she allows it again if she wants.",
    tests: [
      { file: "protocol/src/lock.test.ts", name: "a secret opens its lock, and nothing else does" },
      { file: "test/threats.test.ts", name: "a bystander who uses her lock first, or knows her code, stops nothing and gains nothing" },
      {
        file: "person/src/deliver.test.ts",
        name: "a delivery to the endpoint comes back acknowledged, the acknowledgement verifies in the receipt, and the code stayed at home",
      },
    ],
  },
  {
    id: "revived",
    part: "company",
    risk: "A company brings back what she withdrew or refused: logged again, under another lock, with an old status.",
    measure:
      "Allowed is only what she granted in sight of everything that spoke against it. Ten thousand random histories with races, losses, leaks and restored backups are tried against a second statement of the rule.",
    remains: "A company that does not ask its desk.",
    tests: [
      { file: "protocol/src/check.test.ts", name: "10,000 random histories: nothing unsafe, nothing revived, nobody stuck" },
      { file: "test/threats.test.ts", name: "a withdrawn grant: under another lock, and in another register" },
      { file: "test/threats.test.ts", name: "a refused grant: the code of the refusal leaks" },
      { file: "test/threats.test.ts", name: "a grant that was kept back and logged after the refusal" },
      { file: "protocol/src/status.test.ts", name: "a withdrawn record that is logged again is born ended" },
      { file: "protocol/src/status.test.ts", name: "a stale status, clean and in the tree, does not do under a new checkpoint" },
      { file: "sdk/src/desk.test.ts", name: "a restored backup: nothing is allowed until the newest checkpoint has been seen" },
    ],
  },
  {
    id: "silence",
    part: "company",
    risk: "A company says that it never received anything.",
    measure: "An acknowledgement is signed and logged; a deposit in a mailbox is signed by the register. Her word and proof are never shown as one.",
    remains: "A deposit proves that it lay there, not that it was read.",
    tests: [
      { file: "person/src/deliver.test.ts", name: "a 202 is asked again, and a silent endpoint gives way to the mailbox, whose deposit is verified" },
      { file: "person/src/rows.test.ts", name: "only the company's own signed word is proof" },
    ],
  },
  {
    id: "informed",
    part: "company",
    risk: "She allows something without having been told what.",
    measure:
      "Nothing can be allowed but as the answer to an offer, signed by the company, which names its notice and every purpose. The answer can only be narrower.",
    remains: "Offers that are true and still hard to understand.",
    tests: [
      { file: "protocol/src/offer.test.ts", name: "a grant fits iff each purpose lies within one that was offered" },
      { file: "person/src/sitting.test.ts", name: "a grant answers an offer, and its receipt holds the claim" },
    ],
  },
  {
    id: "named",
    part: "map",
    risk: "A person who is named as a contact cannot get her name out again.",
    measure: "A withheld value is taken out of all versions, of the files and of what is read later. Of the publication, only hash and reason stay.",
    remains: "Copies that others made before.",
    tests: [
      { file: "rooms/map/intake/redaction.test.ts", name: "a contact value is taken out of all versions and the file, and out of what is read later" },
      { file: "rooms/map/intake/redaction.test.ts", name: "a record is withheld in all its versions and is not read again" },
    ],
  },
  {
    id: "scan",
    part: "map",
    risk: "The scanner is used to reach what is not public.",
    measure: "Private addresses are not visited: not by name, not by redirect, not by what a page loads. What is published has no queries.",
    remains: "The visited site sees the host's address.",
    tests: [
      { file: "test/scan.test.ts", name: "private addresses are not visited" },
      { file: "test/scan.test.ts", name: "evidence is kept, and the result says what it hashes to; nothing that is published has a query" },
    ],
  },
  {
    id: "guardian",
    part: "children",
    risk: "A guardian, or somebody who says so, allows things in a child's name.",
    measure: "The power of a guardian has no word for allowing. It is limited in time. No age is asked in order to refuse.",
    remains: "A guardian who has the child's own seed.",
    tests: [{ file: "person/src/keys.test.ts", name: "a guardian may refuse, withdraw and ask within limits, and never grant" }],
  },
  {
    id: "crash",
    part: "outage",
    risk: "A crash loses what she was told is taken.",
    measure: "What is answered is durable. Killed at any moment, a register keeps what it acknowledged, and publishes one history.",
    remains: "A disk that lies. The proof that she holds shows the loss.",
    tests: [
      { file: "test/crash.test.ts", name: "killed 50 times, a register keeps what it acknowledged" },
      { file: "person/src/backup.test.ts", name: "a register whose writing fails at any point loses no item" },
      { file: "rooms/decide/routes.test.ts", name: "a copy that was answered is there after kill -9" },
    ],
  },
  {
    id: "stale",
    part: "outage",
    risk: "A desk hears nothing new, and goes on with what she has withdrawn since.",
    measure: "A status that is too old allows nothing, and an older one is never taken again. A withdrawal also reaches the desk directly, or from the chain.",
    remains: "The age that a company states, in seconds or minutes.",
    tests: [
      { file: "sdk/src/desk.test.ts", name: "stale: nothing is allowed when the status is older than the policy permits" },
      { file: "sdk/src/desk.test.ts", name: "an older status is never taken again, also after a new start" },
    ],
  },
  {
    id: "flood",
    part: "outage",
    risk: "Somebody floods the register, and nobody can withdraw any more.",
    measure: "Limits for each address, in memory only, and for connections and bodies. Reading goes on. The chain is another way in.",
    remains: "An attack on the network of the host.",
    tests: [
      { file: "test/abuse.test.ts", name: "an address that submits too much is told when to come back; it may read as ever" },
      { file: "test/abuse.test.ts", name: "a thousand connections are served at once" },
    ],
  },
  {
    id: "quantum",
    part: "outage",
    risk: "In twenty years a computer breaks what is used today.",
    measure: "Hiding does not depend on a hard problem: old entries stay unreadable. The first byte of each entry leaves room for a successor.",
    remains: "Signatures and binding of today could be forged then. Entries that a witness dated before are not affected.",
    tests: [{ file: "protocol/src/commitment.test.ts", name: "for every commitment and every other document there is an opening" }],
  },
];
