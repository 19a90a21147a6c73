/** Vectors of what a seed gives (spec/lock.md, "Seed and derivations"). A path here is relative to spec/vectors. */
import { bigEndian, concat, fromHex, lengthPrefixed, toHex } from "../../protocol/src/bytes.ts";
import { lockSecret, pairwiseKey } from "../../protocol/src/keys.ts";
import { lockOf } from "../../protocol/src/lock.ts";

const SEED = toHex(Uint8Array.from({ length: 32 }, (_, i) => i));
const ORIGIN = "register.example/log";
const CONTROLLER = "https://shop.example";

/** The official vectors of BIP-39 for 256 bits of entropy (trezor/python-mnemonic, vectors.json). */
const bip39: Record<string, [entropy: string, words: string]> = {
  "bip39-1": ["00".repeat(32), `${"abandon ".repeat(23)}art`],
  "bip39-2": ["7f".repeat(32), `${"legal winner thank year wave sausage worth useful ".repeat(2)}legal winner thank year wave sausage worth title`],
  "bip39-3": ["80".repeat(32), `${"letter advice cage absurd amount doctor acoustic avoid ".repeat(2)}letter advice cage absurd amount doctor acoustic bless`],
  "bip39-4": ["ff".repeat(32), `${"zoo ".repeat(23)}vote`],
  "bip39-5": [
    "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
    "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length",
  ],
  "bip39-6": [
    "9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863",
    "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside",
  ],
  "bip39-7": [
    "066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad",
    "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen famous sing advance salt reform",
  ],
  "bip39-8": [
    "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
    "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold",
  ],
};

/** All vectors of this format, by path below spec/vectors. */
export function keysVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  const secret = (name: string, description: string, change: { seed?: string; origin?: string; device?: number; counter?: number }) => {
    const { seed, ...path } = { seed: SEED, origin: ORIGIN, device: 0, counter: 0, ...change };
    const info = concat(lengthPrefixed("freehold/lock/v1"), lengthPrefixed(path.origin), bigEndian(path.device, 3), bigEndian(path.counter, 4));
    const derived = lockSecret(fromHex(seed), path);
    out[`keys/valid/secret-${name}.json`] = { description, seed, ...path, info: toHex(info), secret: toHex(derived), lock: toHex(lockOf(derived)) };
  };
  secret("first", "device 0, counter 0", {});
  secret("next-counter", "counter 1", { counter: 1 });
  secret("next-device", "device 1", { device: 1 });
  secret("each-byte", "each byte of device and counter at its place", { device: 0x0a0b0c, counter: 0x01020304 });
  secret("largest", "device 2^20-1, counter 2^32-1", { device: 2 ** 20 - 1, counter: 2 ** 32 - 1 });
  secret("other-origin", "another register", { origin: "register.example/log2" });
  secret("origin-of-255-bytes", "the longest origin", { origin: "o".repeat(255) });
  secret("origin-not-ascii", "lengths count bytes of UTF-8", { origin: "registre.example/\u00e9" });
  secret("other-seed", "another seed", { seed: "ff".repeat(32) });

  const pairwise = (name: string, description: string, change: { seed?: string; controller?: string; epoch?: number }) => {
    const { seed, controller, epoch } = { seed: SEED, controller: CONTROLLER, epoch: 0, ...change };
    const info = concat(lengthPrefixed("freehold/key/v1"), lengthPrefixed(controller), bigEndian(epoch, 4));
    out[`keys/valid/pairwise-${name}.json`] = {
      description,
      seed,
      controller,
      epoch,
      info: toHex(info),
      privateKey: toHex(pairwiseKey(fromHex(seed), { controller, epoch })),
    };
  };
  pairwise("first", "epoch 0", {});
  pairwise("rotated", "epoch 1", { epoch: 1 });
  pairwise("last-epoch", "epoch 2^32-1", { epoch: 2 ** 32 - 1 });
  pairwise("other-controller", "another controller", { controller: "https://other.example" });
  pairwise("controller-of-255-bytes", "the longest controller id", { controller: "c".repeat(255) });
  pairwise("other-seed", "another seed", { seed: "ff".repeat(32) });

  for (const [name, [seed, words]] of Object.entries(bip39))
    out[`keys/valid/words-${name}.json`] = { description: "an official vector of BIP-39", seed, words };
  const [seed, words] = bip39["bip39-5"]!;
  const typed = (name: string, description: string, as: string) => {
    out[`keys/valid/words-${name}.json`] = { description, seed, words, typed: as };
  };
  typed("typed-capitals", "capital letters", words.toUpperCase());
  typed("typed-one-a-line", "line breaks", `\n${words.replaceAll(" ", "\r\n")}\n`);
  typed("typed-with-commas", "commas", words.replaceAll(" ", ", "));

  const refuse = (name: string, code: string, description: string, input: object) => {
    out[`keys/invalid/${name}.json`] = { description, ...input, code };
  };
  const malformed = "seed_malformed";
  const path = { seed: SEED, origin: ORIGIN, device: 0, counter: 0 };
  refuse("secret-seed-short", malformed, "31 bytes", { ...path, seed: SEED.slice(2) });
  refuse("secret-seed-long", malformed, "33 bytes", { ...path, seed: `${SEED}00` });
  refuse("secret-device-2-20", "argument_invalid", "one above the largest device", { ...path, device: 2 ** 20 });
  refuse("secret-device-negative", "argument_invalid", "", { ...path, device: -1 });
  refuse("secret-device-fraction", "argument_invalid", "", { ...path, device: 0.5 });
  refuse("secret-counter-2-32", "argument_invalid", "one above the largest counter", { ...path, counter: 2 ** 32 });
  refuse("secret-counter-negative", "argument_invalid", "", { ...path, counter: -1 });
  refuse("secret-origin-of-256-bytes", "argument_invalid", "", { ...path, origin: "o".repeat(256) });
  const pair = { seed: SEED, controller: CONTROLLER, epoch: 0 };
  refuse("pairwise-seed-empty", malformed, "no bytes", { ...pair, seed: "" });
  refuse("pairwise-epoch-2-32", "argument_invalid", "one above the largest epoch", { ...pair, epoch: 2 ** 32 });
  refuse("pairwise-epoch-negative", "argument_invalid", "", { ...pair, epoch: -1 });
  refuse("pairwise-controller-of-256-bytes", "argument_invalid", "", { ...pair, controller: "c".repeat(256) });
  const list = words.split(" ");
  const refuseWords = (name: string, description: string, as: readonly string[]) =>
    refuse(`words-${name}`, "words_malformed", description, { words: as.join(" ") });
  refuseWords("none", "no word", []);
  refuseWords("23", "one too few", list.slice(1));
  refuseWords("25", "one too many", [...list, "abandon"]);
  refuseWords("12", "a phrase of 128 bits, valid elsewhere", [...Array.from({ length: 11 }, () => "abandon"), "about"]);
  refuseWords("unknown", "a word that is not in the list", ["hamsters", ...list.slice(1)]);
  refuseWords("abbreviated", "the first four letters do not do", ["hams", ...list.slice(1)]);
  refuseWords("other-word", "a word that is another of the list", ["zoo", ...list.slice(1)]);
  refuseWords("swapped", "the first two in each other's place", [list[1]!, list[0]!, ...list.slice(2)]);
  refuseWords("word-after-1000-spaces", "nothing is cut off unread", [...list, " ".repeat(1000), "zoo"]);
  for (const [name, vector] of Object.entries(out))
    if ("description" in vector && vector.description === "") vector.description = name.replace(/^.*\/|\.json$/g, "").replaceAll("-", " ");
  return out;
}
