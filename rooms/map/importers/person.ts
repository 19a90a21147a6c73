/**
 * Whether an e-mail address names a natural person, as far as its form tells. It serves to mark contacts with care, not to know who
 * somebody is: a wrong yes withholds a mark of trust from an address, a wrong no treats a person's address like an office's, so doubt
 * counts as yes.
 */

/** Parts of words that offices use, in the languages of our sources; found anywhere in the local part. */
const officeStems = `abuse account adatv admin adops advert advice affiliate apotheke asiakas assist atendimento auskunft ayuda beauftragt betroffen bewerb
  bidding biuro buchhaltung buero business career clientserv communi complaint compliance consumer contact contato correo customer datagov
  datapriv dataprot daten datos delegue delete departm derecho develop direkt donnees dozor dsgvo einkauf engineer enquir falecom feedback
  foundation frontdesk gdpr gemeinde general geschaeft gesundheit github group grundschule gymnasium hauptverband hello helpdesk impressum
  information inkasso inquir integrat international journal justiz kanzlei kirche klienta klinik kontakt kunde legalnotice leitung mailbox
  maintainer management marketing memberserv newsletter obsluga officer operation optout partner persondata personuppgift personvern pfarr
  policy polizei postmaster poststelle praxis prebid privac privat product protect publish question realschule receipt redaktion representat
  request reservacion rgpd safeharbor security sekretariat service stiftung strasse supply support technical tietosuoja verlag vertrieb
  verwaltung vorstand webmaster website werbung widerruf widerspruch zentrale`.split(/\s+/);

/** Short words of offices, as a whole part of the local part. */
const officeWords = new Set(
  `ads adx aff all anfrage anfragen apex api apostelgemeinde apps ask avg bd bds bfd billing bot bs bsb care cco ccpa cil client clients club
    connect core cs csr data de dev devops diebruecke dp dpa dpd dpm dpo dpooffice dpt ds dsar dsb dsc dsp dsr elbe email eng engage eprivacy eu
    europe fax feed forum fr friedenskirche gb ghs gp grid group gs hallo hb help hey hi home hq hr hs ico idv in info infor innov iod ip it ito
    jobs kvkk lda learn legal legalteam live log mail mailto me member members mods net news nl no noreply oba office offices online ope ops
    order orders pangle pfa platform post posta pr press prog ps realtime recht region rep reply rgpd right rights rp rpd sac sales sar schule
    scope security shop siege site ssp staff stat store system team tech ticket to trust uk us usa user vdd vet we web welcome work zeta`.split(/\s+/),
);

/** Given names that are common in Europe and America, for addresses of one part. None is a word of an office or a usual brand. */
const givenNames = new Set(
  `adam adrian agnes ahmed aleksandra alessandro alex alexander alexandra ali alice alina amelie amy ana andre andrea andreas andrew andrzej
  angela anja anna anne annette antje anton antonio arne arun astrid barbara bart beata ben benjamin bernd bernhard bettina birgit bjoern brian
  brigitte bruno camille carina carla carlo carlos carmen carol caroline carsten catherine chad charles charlotte chris christa christian
  christiane christina christine christof christoph christopher claire clara claudia claus cornelia dan daniel daniela dave david davide
  deborah denis dennis detlef dieter dirk dominik donny doris edith eduardo elena elisabeth elizabeth elke ellen emanuel emil emily emma
  enrico eric erik ernst esther eugen eva ewa fabian felix ferdinand fernando florian francesca francesco francis francisco francois frank franz
  fred frederic friedrich gabriele gary georg george gerald gerd gerhard gerrit gisela giulia giuseppe grace greg gregor guido guillaume gustav
  hannah hannes hans harald harry heike heiko heiner heinrich heinz helen helena helga helmut hendrik henning henry herbert hermann hilde
  holger howard hubert hugo ian ida igor ilona ines ingo ingrid irene iris isabel isabelle ivan jack jacob jacques jakob james jan jana janet
  jannik jason javier jay jean jeff jens jessica jim joachim joan joanna joao joe joerg johan johanna john jon jonas jonathan jorge jose josef joseph
  josh joshua juan judith juergen julia julian julie jutta kai kamil karen karin karl karsten katarzyna kate katharina kathrin katja katrin
  kerstin kevin kirsten klaus konrad kristin krzysztof kurt lars laura laurent lea leif lena leon leonie linda lisa lothar louis louise luca lucas
  lucie luis luisa lukas lutz magdalena manfred manuel manuela marc marcel marcin marco marcus margaret margit maria marie marina mario marion
  marius mark markus marta martin martina mary massimo mathias matt matthew matthias maurice max maximilian megan melanie mia michael
  michaela michal michel michelle miguel mike miriam mirko monica monika moritz nadine nancy natalie nathalie nicholas nick nico nicolas nicole
  niklas nils nina norbert nuria olaf oliver olivia olivier oscar oskar otto patricia patrick paul paula paulo pawel pedro peter petra philip
  philipp philippe pierre piotr rachel rainer ralf ralph ramona raphael rebecca regina reinhard renate rene ricardo richard rita robert roberto robin
  roger roland rolf roman ronald rosa ruben rudolf ruth ryan sabine sabrina sam samantha samuel sandra sara sarah sascha scott sean sebastian
  sergio silke silvia simon simone sofia sonja sophia sophie stefan stefanie stefano steffen stephan stephane stephanie stephen steve steven
  susan susanne sven sylvia tamara tanja tanya teresa thea theo theresa thierry thomas thorsten tim timo tobias tom tomasz tommy torsten udo ulrich
  ulrike ursula ute uwe valentin valerie vanessa vera verena veronika victor victoria viktor vincent virginie walter werner wilhelm william
  wolfgang yannick yasmin yves yvonne zoe`.split(/\s+/),
);

/** Mailboxes for private people: there only the word of an office speaks against a person. */
const privateMail =
  /^(?:(?:gmail|googlemail|icloud|me|aol|proton|protonmail|mail|freenet|arcor|web|t-online|posteo|wanadoo|orange|libero|laposte)|(?:gmx|yahoo|ymail|hotmail|outlook|live|msn|yandex)(?:\.co)?)\.(?:com|net|org|de|at|ch|fr|it|es|nl|uk|ru|me|eu)$/;

/** One letter beside other words is an initial; these words stand before a name. */
const titles = new Set(["dr", "prof", "mr", "mrs", "ms", "frau", "herr"]);

/**
 * Whether an e-mail address looks as if it named a natural person: `first.last@`, `f.last@`, `dr.last@`, a given name alone, or any
 * name at a provider of private mailboxes. Words of offices (`privacy@`, `datenschutz@`, `info@`) are against it.
 * Anything that is no address gives false.
 *
 * @example
 * ```ts
 * looksPersonal("jane.doe@example.com"); // true
 * looksPersonal("j.doe@example.com"); // true
 * looksPersonal("data.protection@example.com"); // false
 * ```
 */
export function looksPersonal(email: string): boolean {
  if (email.length > 320) return false;
  const at = email.lastIndexOf("@");
  if (at < 1) return false;
  const domain = email.slice(at + 1).toLowerCase();
  const local = plain(email.slice(0, at)).replace(/\+.*$/s, "");
  if (officeStems.some((stem) => local.includes(stem))) return false;

  const parts = local.split(/[._]+/).filter((part) => part !== "");
  const words = local.split(/[^a-z]+/).filter((word) => word !== "");
  if (parts.length === 0 || words.length === 0 || words.some((word) => officeWords.has(word))) return false;
  if (privateMail.test(domain)) return true;
  if (parts.length === 1) return givenNames.has(words[0]!);

  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length > 3 || !parts.every((part) => /^[a-z]+(?:-[a-z]+)*\d{0,2}$/.test(part))) return false;
  if (titles.has(first) || givenNames.has(first) || givenNames.has(last)) return true;
  return first.length !== 2 && (last.length >= 3 || first.length === 1);
}

/** Lower case, without accents, umlauts written out, and without characters that are not seen (a soft hyphen hides a word from a list). */
function plain(text: string): string {
  const lower = text.normalize("NFC").toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss");
  return lower.normalize("NFD").replace(/[\p{M}\p{Cf}\s]/gu, "");
}
