/** German for /privacy. */
import type { Messages } from "../../../ui/text.ts";

export const germanPrivacy: Messages = {
  "Who answers for which data on this register, what the serving process sees, how long what is kept, and the limits that remain.":
    "Wer für welche Daten dieses Registers verantwortlich ist, was der antwortende Prozess sieht, wie lange was bleibt, und welche Grenzen es gibt.",
  "This register is built so that it cannot learn what you decided, or towards whom. It keeps sealed entries that say nothing. But whoever serves a page sees that it was asked for. This page says what is seen, what is kept, and what we cannot promise.":
    "Dieses Register ist so gebaut, dass es nicht erfahren kann, was Sie entschieden haben und wem gegenüber. Es behält versiegelte Einträge, die nichts sagen. Doch wer eine Seite liefert, sieht, dass sie verlangt wurde. Diese Seite sagt, was zu sehen ist, was bleibt, und was wir nicht versprechen können.",
  "Who answers for what": "Wer wofür verantwortlich ist",
  "Data, who answers for them, on which ground, and how long they are kept": "Daten, wer verantwortlich ist, auf welcher Grundlage, und wie lange sie bleiben",
  "Who answers": "Verantwortlich",
  Ground: "Grundlage",
  Kept: "Bleibt",
  "Traffic: network address, time, what was asked for": "Verkehr: Netzadresse, Zeit, was verlangt wurde",
  "the host, as controller": "der Betreiber, als Verantwortlicher",
  "its interest in a service that works and withstands attacks, Art. 6(1)(f) GDPR":
    "sein Interesse an einem Dienst, der läuft und Angriffen standhält, Art. 6 Abs. 1 lit. f DSGVO",
  "The program writes no address; it holds addresses in memory for its rate limits. Access logs of a server in front of it: 7 days at most.":
    "Das Programm schreibt keine Adresse auf; für seine Mengengrenzen hält es Adressen im Arbeitsspeicher. Zugriffsprotokolle eines vorgeschalteten Servers: höchstens 7 Tage.",
  "Entries of the log: sealed commitments, locks, secrets of withdrawals": "Einträge des Logs: versiegelte Festlegungen, Schlösser, Geheimnisse von Widerrufen",
  "you asked for it, Art. 6(1)(b); the interest of all in a log from which nothing is removed, Art. 6(1)(f)":
    "Sie haben es verlangt, Art. 6 Abs. 1 lit. b; das Interesse aller an einem Log, aus dem nichts entfernt wird, Art. 6 Abs. 1 lit. f",
  "For as long as the log exists. Without what you keep, an entry says nothing about anybody.":
    "Solange es das Log gibt. Ohne das, was Sie behalten, sagt ein Eintrag über niemanden etwas.",
  "Your backups: sealed blobs of equal size": "Ihre Sicherungen: versiegelte Blöcke gleicher Größe",
  "you asked for it, Art. 6(1)(b)": "Sie haben es verlangt, Art. 6 Abs. 1 lit. b",
  "Envelopes in mailboxes: for which company, when, how large": "Umschläge in Postfächern: für welches Unternehmen, wann, wie groß",
  "What is inside: sealed for the company": "Was darin ist: für das Unternehmen versiegelt",
  "the company, as controller; the host is its processor": "das Unternehmen, als Verantwortlicher; der Betreiber ist sein Auftragsverarbeiter",
  "that of the company": "die des Unternehmens",
  "As the envelope. The host cannot read it.": "Wie der Umschlag. Der Betreiber kann es nicht lesen.",
  "The map: what organisations declare and what was seen of them; contacts that they published":
    "Die Karte: was Organisationen erklären und was von ihnen zu sehen war; Kontakte, die sie veröffentlicht haben",
  "the interest of the public to know who uses data, Art. 6(1)(f)": "das Interesse der Öffentlichkeit zu wissen, wer Daten nutzt, Art. 6 Abs. 1 lit. f",
  "As long as the source stands and nobody rightly objects: {sources}.": "Solange die Quelle besteht und niemand zu Recht widerspricht: {sources}.",
  sources: "Quellen",
  "What a company keeps of your decisions, in its desk": "Was ein Unternehmen an seinem Schalter von Ihren Entscheidungen behält",
  "the company, as controller": "das Unternehmen, als Verantwortlicher",
  "its duty to prove consent and to obey, Art. 7(1) and 6(1)(c)":
    "seine Pflicht, Einwilligungen nachzuweisen und zu befolgen, Art. 7 Abs. 1 und 6 Abs. 1 lit. c",
  "The company says so in its notice. The register has no part in it.":
    "Das sagt das Unternehmen in seiner Datenschutzerklärung. Das Register hat damit nichts zu tun.",
  "There are no cookies, no measurement of visitors, no advertising, no profile, and no decision by a machine about you. Nothing is loaded from elsewhere, and nothing is sold.":
    "Es gibt keine Cookies, keine Besuchermessung, keine Werbung, kein Profil und keine maschinelle Entscheidung über Sie. Nichts wird von anderswo geladen, nichts verkauft.",
  "Your keys and records are in your own browser, once you begin to decide. They leave it only sealed, or where you deliver them.":
    "Ihre Schlüssel und Erklärungen liegen in Ihrem eigenen Browser, sobald Sie zu entscheiden beginnen. Sie verlassen ihn nur versiegelt, oder dorthin, wo Sie sie zustellen.",
  "What the register sees, and what not": "Was das Register sieht, und was nicht",
  "What the serving process sees when you decide": "Was der antwortende Prozess sieht, wenn Sie entscheiden",
  "It sees": "Er sieht",
  "It does not see": "Er sieht nicht",
  "that your network address opened /me, and when": "dass Ihre Netzadresse /me geöffnet hat, und wann",
  "whom your browser says yes to, or what your file holds: both are read in your browser only":
    "zu wem Ihr Browser Ja sagt oder was in Ihrer Datei steht: Beides wird nur in Ihrem Browser gelesen",
  "that blocks of at least 500 organisations were fetched": "dass Blöcke von mindestens 500 Organisationen geholt wurden",
  "which of them you looked for": "welche davon Sie gesucht haben",
  "that some entries came in, and when": "dass Einträge ankamen, und wann",
  "who signed them, towards whom, for what, or whether they allow or refuse: all of them look alike":
    "wer sie unterschrieben hat, wem gegenüber, wofür, oder ob sie erlauben oder ablehnen: Alle sehen gleich aus",
  "that a blob of equal size was stored or read": "dass ein Block gleicher Größe gespeichert oder gelesen wurde",
  "what is in it, or whose it is": "was darin ist oder wem er gehört",
  "for a mailbox: which company, and when": "bei einem Postfach: welches Unternehmen, und wann",
  "what was said to it, or by whom": "was ihm gesagt wurde, oder von wem",
  "for a scan: the site that you ask it to visit. It asks you first": "bei einem Scan: die Website, die er besuchen soll. Er fragt Sie vorher",
  "what you do there": "was Sie dort tun",
  "Blind means: the log and the stores learn nothing. The process that serves you sees addresses and times. Somebody who wrote them all down could guess which entries of one evening belong together. This program does not write them down, but from outside you cannot check that a host does not. If it matters to you, use a network that hides your address, and spread your decisions over hours.":
    "Blind heißt: Das Log und die Speicher erfahren nichts. Der Prozess, der Ihnen antwortet, sieht Adressen und Zeiten. Wer sie alle mitschriebe, könnte raten, welche Einträge eines Abends zusammengehören. Dieses Programm schreibt sie nicht mit, aber von außen können Sie nicht prüfen, ob ein Betreiber es tut. Wenn es Ihnen wichtig ist, nehmen Sie ein Netz, das Ihre Adresse verbirgt, und verteilen Sie Ihre Entscheidungen über Stunden.",
  "The register is blind as long as your page is honest. It comes from this host, and holds your key while you decide. A dishonest host could serve you another page. The build’s hash is published, and the same can be done with a program that you install:":
    "Das Register ist blind, solange Ihre Seite ehrlich ist. Sie kommt von diesem Betreiber und hält Ihren Schlüssel, während Sie entscheiden. Ein unehrlicher Betreiber könnte Ihnen eine andere Seite liefern. Der Hash des Programms ist veröffentlicht, und dasselbe geht mit einem Programm, das Sie installieren:",
  "What we cannot promise": "Was wir nicht versprechen können",
  "Attacks, what stops or proves them, and what remains": "Angriffe, was sie verhindert oder beweist, und was bleibt",
  "Somebody …": "Jemand …",
  "What stops or proves it": "Was es verhindert oder beweist",
  "What remains": "Was bleibt",
  "forges your consent": "fälscht Ihre Einwilligung",
  "a key for each company that only you have, and its own offer": "für jedes Unternehmen ein Schlüssel, den nur Sie haben, und sein eigenes Angebot",
  "people who never began to use this": "Menschen, die das hier nie benutzt haben",
  "denies your withdrawal": "bestreitet Ihren Widerruf",
  "the log, the company’s word or the chain: any one": "das Log, das Wort des Unternehmens oder die Chain: eines genügt",
  "the company can still use the data. We prove; we cannot prevent":
    "das Unternehmen kann die Daten trotzdem nutzen. Wir beweisen; verhindern können wir nicht",
  "brings back what you withdrew or refused": "holt zurück, was Sie widerrufen oder abgelehnt haben",
  "the rule by which a desk checks": "die Regel, nach der ein Schalter prüft",
  "nothing that we know of": "nichts, von dem wir wüssten",
  "drops or delays your entry": "unterschlägt oder verzögert Ihren Eintrag",
  "a proof for each, and the chain as another way in": "ein Beweis für jeden, und die Chain als zweiter Eingang",
  "the register and the chain away at the same time": "Register und Chain zugleich nicht erreichbar",
  "shows you another log than others": "zeigt Ihnen ein anderes Log als anderen",
  "witnesses and anchors": "Zeugen und Anker",
  "all witnesses of the quorum in one conspiracy": "alle nötigen Zeugen in einer Verschwörung",
  "changes a date": "ändert ein Datum",
  "what you had seen, and when witnesses signed": "was Sie gesehen hatten, und wann Zeugen unterschrieben",
  "the time between the two": "die Zeit zwischen beidem",
  "links your decisions": "verknüpft Ihre Entscheidungen",
  "another key, lock and opening for each; nothing to search by": "für jede ein anderer Schlüssel, ein anderes Schloss, eine andere Öffnung; nichts zum Suchen",
  "network addresses and times": "Netzadressen und Zeiten",
  "finds your withdrawal code": "findet Ihren Widerrufscode",
  "it can only end something": "er kann nur etwas beenden",
  "a nuisance: allow again if you want": "ein Ärgernis: Erlauben Sie es wieder, wenn Sie wollen",
  "takes or breaks your device": "nimmt oder zerstört Ihr Gerät",
  "the kit on paper, several passkeys": "die Wörter auf Papier, mehrere Passkeys",
  "the kit lost too: then nobody can recover your keys": "auch das Papier ist weg: Dann kann niemand Ihre Schlüssel wiederherstellen",
  "builds a quantum computer": "baut einen Quantencomputer",
  "entries stay as unreadable as they are": "Einträge bleiben so unlesbar, wie sie sind",
  "signatures of today could then be forged": "Unterschriften von heute wären dann fälschbar",
  "Each row is tested, or is a limit: {impact}.": "Jede Zeile ist getestet oder eine Grenze: {impact}.",
  "impact assessment": "Folgenabschätzung",
  "To have it all deleted": "Alles löschen lassen",
  "Your own copies: one button at /me. It deletes the backups here at once, and what your browser keeps.":
    "Ihre eigenen Kopien: ein Knopf unter /me. Er löscht sofort die Sicherungen hier und alles, was Ihr Browser behält.",
  "At a company: ask for erasure. It deletes record, opening and secret, unless a law obliges it to keep them.":
    "Bei einem Unternehmen: Verlangen Sie Löschung. Es löscht Erklärung, Öffnung und Geheimnis, außer ein Gesetz verpflichtet es, sie zu behalten.",
  "The entry in the log stays. Once record and opening are gone, nobody can show what it was, and everybody else’s proofs still hold. No note says that something was deleted: that would say too much.":
    "Der Eintrag im Log bleibt. Sind Erklärung und Öffnung weg, kann niemand zeigen, was er war, und die Beweise aller anderen gelten weiter. Kein Vermerk sagt, dass etwas gelöscht wurde: Das sagte schon zu viel.",
  "Your rights here": "Ihre Rechte hier",
  "You may ask what is held about you, have it corrected, deleted or restricted, take it with you, and object. We do not know which entries or backups are yours, and need not find out (Art. 11 GDPR). With your key you find, read and delete them yourself.":
    "Sie können Auskunft verlangen, berichtigen, löschen oder einschränken lassen, Ihre Daten mitnehmen und widersprechen. Wir wissen nicht, welche Einträge oder Sicherungen Ihre sind, und müssen es nicht herausfinden (Art. 11 DSGVO). Mit Ihrem Schlüssel finden, lesen und löschen Sie diese selbst.",
  "You may complain to the supervisory authority where you live, work, or think that the law was broken.":
    "Sie können sich bei der Aufsichtsbehörde beschweren, wo Sie wohnen, arbeiten oder einen Verstoß vermuten.",
  "Write to {contact}.": "Schreiben Sie an {contact}.",
  "Organisations and people named in the map": "Organisationen und Menschen, die in der Karte stehen",
  "The map repeats what organisations publish, with source and date. Where that names a person (a contact, an officer), she did not give it to us: this is the information under Art. 14 GDPR.":
    "Die Karte wiederholt, was Organisationen veröffentlichen, mit Quelle und Datum. Wo das eine Person nennt (einen Kontakt, eine Beauftragte), hat sie es uns nicht gegeben: Dies ist die Information nach Art. 14 DSGVO.",
  "Is something wrong? Say which fact and why. The correction stands beside the fact, with its date; what is not lawful to show is withheld, and only its hash and the reason stay.":
    "Ist etwas falsch? Sagen Sie, welche Angabe und warum. Die Berichtigung steht mit Datum neben der Angabe; was nicht gezeigt werden darf, wird zurückgehalten, und nur Hash und Grund bleiben.",
  "A named person may object at any time, Art. 21(1). Her name and address are then taken out of all versions, and are not read in again.":
    "Eine genannte Person kann jederzeit widersprechen, Art. 21 Abs. 1. Name und Adresse werden dann aus allen Fassungen genommen und nicht wieder eingelesen.",
  "Whoever runs this copy has named no address for corrections.": "Wer diese Kopie betreibt, hat keine Adresse für Berichtigungen genannt.",
  "Nobody is asked for an age in order to refuse, withdraw or ask. A child may do so alone.":
    "Zum Ablehnen, Widerrufen oder Anfragen wird niemand nach dem Alter gefragt. Ein Kind darf das allein.",
  "A guardian can get a limited power: to refuse, to withdraw and to ask, for three years at most. Never to allow. It ends by itself, and what was refused stays refused until she allows it herself.":
    "Ein Vormund kann eine begrenzte Vollmacht bekommen: ablehnen, widerrufen, anfragen, für höchstens drei Jahre. Nie erlauben. Sie endet von selbst, und Abgelehntes bleibt abgelehnt, bis die Person es selbst erlaubt.",
  "A guardian who signs for somebody without keys proves only what he himself undertakes.":
    "Ein Vormund, der für jemanden ohne Schlüssel unterschreibt, beweist nur, wozu er sich selbst verpflichtet.",
  "Offers that are directed at children cannot be allowed here.": "Angebote, die sich an Kinder richten, können hier nicht erlaubt werden.",
  "Terms for mailboxes": "Bedingungen für Postfächer",
  "Art. 28 GDPR, between the company and the host": "Art. 28 DSGVO, zwischen Unternehmen und Betreiber",
  "Subject: the host takes sealed messages for the company, keeps them until they are fetched, and tells its webhook that one arrived. Nothing else is done with them.":
    "Gegenstand: Der Betreiber nimmt versiegelte Nachrichten für das Unternehmen an, behält sie bis zur Abholung und meldet seinem Webhook, dass eine ankam. Sonst geschieht nichts mit ihnen.",
  "Duration: as long as the company’s newest claim names a mailbox. Whose data: people who write to the company. Which data: unknown to the host, as they are sealed.":
    "Dauer: solange die neueste Anmeldung des Unternehmens ein Postfach nennt. Wessen Daten: von Menschen, die dem Unternehmen schreiben. Welche Daten: dem Betreiber unbekannt, da versiegelt.",
  "The host acts on the company’s instructions only. These are the claim and the requests of the interface.":
    "Der Betreiber handelt nur auf Weisung des Unternehmens. Weisungen sind die Anmeldung und die Anfragen der Schnittstelle.",
  "Who works for the host is bound to confidentiality.": "Wer für den Betreiber arbeitet, ist zur Vertraulichkeit verpflichtet.",
  "Security: sealed in the sender’s browser for a key that only the company has; reading only with a signature by a key of its claim; every deposit is signed.":
    "Sicherheit: im Browser der Absenderin versiegelt für einen Schlüssel, den nur das Unternehmen hat; Lesen nur mit Unterschrift eines Schlüssels seiner Anmeldung; jede Einlieferung ist unterschrieben.",
  "The host names its own processors here before it uses them, and the company may object. The program itself uses none.":
    "Der Betreiber nennt eigene Auftragsverarbeiter hier, bevor er sie einsetzt, und das Unternehmen kann widersprechen. Das Programm selbst nutzt keine.",
  "The host helps with the rights of people and with breaches as far as it can without reading anything. It tells the company of a breach without undue delay.":
    "Der Betreiber hilft bei den Rechten der Betroffenen und bei Verletzungen, soweit er es ohne Lesen kann. Eine Verletzung meldet er dem Unternehmen unverzüglich.",
  "The company may inspect: the program is open, the log can be audited by anyone, and the host answers questions.":
    "Das Unternehmen darf prüfen: Das Programm ist offen, das Log kann jeder prüfen, und der Betreiber beantwortet Fragen.",
  "This is not a public host.": "Das ist kein öffentlicher Betreiber.",
  "Whoever runs this copy has named nobody who answers for it. Use it to try things, not to decide.":
    "Wer diese Kopie betreibt, hat niemanden genannt, der dafür verantwortlich ist. Nehmen Sie sie zum Ausprobieren, nicht zum Entscheiden.",
  "The host is {name}, {contact}.": "Betreiber ist {name}, {contact}.",
  "Until you delete them, or for {n} month without use.": "Bis Sie sie löschen, oder {n} Monat ohne Nutzung.",
  "Until you delete them, or for {n} months without use.": "Bis Sie sie löschen, oder {n} Monate ohne Nutzung.",
  "Deleted {n} day after the company has fetched the message.": "Gelöscht {n} Tag, nachdem das Unternehmen die Nachricht abgeholt hat.",
  "Deleted {n} days after the company has fetched the message.": "Gelöscht {n} Tage, nachdem das Unternehmen die Nachricht abgeholt hat.",
  "What nobody fetches is deleted after {n} month.": "Was niemand abholt, wird nach {n} Monat gelöscht.",
  "What nobody fetches is deleted after {n} months.": "Was niemand abholt, wird nach {n} Monaten gelöscht.",
  "This log is small: {n} entry. Companies that put together what they hold can link neighbouring entries of one moment.":
    "Dieses Log ist klein: {n} Eintrag. Unternehmen, die zusammenlegen, was sie haben, können benachbarte Einträge eines Augenblicks verknüpfen.",
  "This log is small: {n} entries. Companies that put together what they hold can link neighbouring entries of one moment.":
    "Dieses Log ist klein: {n} Einträge. Unternehmen, die zusammenlegen, was sie haben, können benachbarte Einträge eines Augenblicks verknüpfen.",
  "A fetched message is deleted {n} day later. At the end of the mailbox all are deleted.":
    "Eine abgeholte Nachricht wird {n} Tag später gelöscht. Endet das Postfach, werden alle gelöscht.",
  "A fetched message is deleted {n} days later. At the end of the mailbox all are deleted.":
    "Eine abgeholte Nachricht wird {n} Tage später gelöscht. Endet das Postfach, werden alle gelöscht.",
};
