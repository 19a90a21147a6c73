/** Countries by their code and by their name, as addresses write it. */

/** ISO 3166-1 alpha-2, officially assigned. */
const codes = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN
  CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN
  HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM
  MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
  SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS
  YE YT ZA ZM ZW`.split(/\s+/),
);

/** Reserved codes that mean a country: the European Union writes UK and EL. */
const otherCodes: { readonly [code: string]: string } = { UK: "GB", EL: "GR" };

/** Names in English and in the languages of the country, lower case. */
const names: { readonly [code: string]: readonly string[] } = {
  AE: ["united arab emirates", "uae"],
  AT: ["austria", "österreich"],
  AU: ["australia"],
  BE: ["belgium", "belgique", "belgië", "belgien"],
  BG: ["bulgaria", "българия"],
  BR: ["brazil", "brasil"],
  CA: ["canada"],
  CH: ["switzerland", "schweiz", "suisse", "svizzera", "svizra"],
  CN: ["china", "people's republic of china", "pr china", "中国"],
  CY: ["cyprus", "κύπρος"],
  CZ: ["czech republic", "czechia", "česká republika", "česko"],
  DE: ["germany", "deutschland", "federal republic of germany"],
  DK: ["denmark", "danmark"],
  EE: ["estonia", "eesti"],
  ES: ["spain", "españa"],
  FI: ["finland", "suomi"],
  FR: ["france"],
  GB: ["united kingdom", "great britain", "england", "scotland", "wales", "northern ireland", "uk"],
  GI: ["gibraltar"],
  GR: ["greece", "ελλάδα"],
  HK: ["hong kong", "hong kong sar"],
  HR: ["croatia", "hrvatska"],
  HU: ["hungary", "magyarország"],
  IE: ["ireland", "éire", "republic of ireland"],
  IL: ["israel"],
  IM: ["isle of man"],
  IN: ["india"],
  IS: ["iceland", "ísland"],
  IT: ["italy", "italia"],
  JP: ["japan", "日本"],
  KR: ["south korea", "republic of korea"],
  LI: ["liechtenstein", "fürstentum liechtenstein"],
  LT: ["lithuania", "lietuva"],
  LU: ["luxembourg", "luxemburg", "lëtzebuerg"],
  LV: ["latvia", "latvija"],
  MA: ["morocco", "maroc"],
  MC: ["monaco"],
  MH: ["marshall islands"],
  MT: ["malta"],
  MX: ["mexico", "méxico"],
  MY: ["malaysia"],
  NL: ["the netherlands", "netherlands", "nederland"],
  NO: ["norway", "norge", "noreg"],
  NZ: ["new zealand"],
  PA: ["panama", "panamá"],
  PK: ["pakistan"],
  PL: ["poland", "polska"],
  PT: ["portugal"],
  QA: ["qatar"],
  RO: ["romania", "românia"],
  RS: ["serbia", "srbija"],
  RU: ["russia", "russian federation", "россия"],
  SC: ["seychelles"],
  SE: ["sweden", "sverige"],
  SG: ["singapore", "republic of singapore"],
  SI: ["slovenia", "slovenija"],
  SK: ["slovakia", "slovensko", "slovak republic"],
  TR: ["turkey", "türkiye"],
  TW: ["taiwan"],
  UA: ["ukraine", "україна"],
  US: ["united states of america", "united states", "usa"],
  ZA: ["south africa"],
};

const byName: ReadonlyMap<string, string> = new Map(Object.entries(names).flatMap(([code, all]) => all.map((name): [string, string] => [name, code])));

/**
 * The ISO 3166-1 alpha-2 code that a text is, in upper case (`uk` is GB, as the European Union writes it); undefined where it is none.
 *
 * @example
 * ```ts
 * countryOfCode("uk"); // "GB"
 * ```
 */
export function countryOfCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return codes.has(code) ? code : Object.hasOwn(otherCodes, code) ? otherCodes[code] : undefined;
}

/**
 * The country that the last line of a postal address names; undefined where it names none that we know. A code alone is not taken:
 * `CA` may be California.
 *
 * @example
 * ```ts
 * countryOfAddress("Main Street 1\n10115 Berlin\nDeutschland"); // "DE"
 * ```
 */
export function countryOfAddress(address: string): string | undefined {
  const last = address.trimEnd().split("\n").at(-1)!;
  return byName.get(last.slice(0, 100).normalize("NFC").trim().replace(/[.,]$/, "").toLowerCase());
}
