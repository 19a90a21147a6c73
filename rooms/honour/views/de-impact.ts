/** German for the impact assessment: its page and its rows (rooms/honour/impact.ts). */
import type { Messages } from "../../../ui/text.ts";

export const germanImpact: Messages = {
  "What is stored says too much": "Gespeichertes verrät zu viel",
  "A person is recognised": "Eine Person wird erkannt",
  "Who runs the register misuses it": "Wer das Register betreibt, missbraucht es",
  "Keys and devices": "Schlüssel und Geräte",
  "A company does not obey": "Ein Unternehmen hält sich nicht daran",
  "Those named in the map": "Wer in der Karte genannt wird",
  "Something fails": "Etwas fällt aus",
  "Impact assessment": "Folgenabschätzung",
  "The data protection impact assessment of this register: risks for people, what is done, what remains, and the tests that show it.":
    "Die Datenschutz-Folgenabschätzung dieses Registers: Risiken für Menschen, was getan wird, was bleibt, und die Tests, die es zeigen.",
  "Art. 35 GDPR. Last changed on {day}.": "Art. 35 DSGVO. Zuletzt geändert am {day}.",
  "Of the program, not of a host: whoever runs it in public completes it for the own place, staff and proxies.":
    "Für das Programm, nicht für einen Betreiber: Wer es öffentlich betreibt, ergänzt sie für den eigenen Ort, das Personal und die vorgeschalteten Server.",
  "Host: {name}, {contact}.": "Betreiber: {name}, {contact}.",
  "What is done, and why it must be": "Was geschieht, und warum es nötig ist",
  "A person decides who may use her data, and keeps a proof that depends on nobody’s good will. For this a public log is needed: a database of one operator would make her trust him.":
    "Eine Person entscheidet, wer ihre Daten nutzen darf, und behält einen Beweis, der von niemandes gutem Willen abhängt. Dafür braucht es ein öffentliches Log: Bei der Datenbank eines Betreibers müsste sie ihm vertrauen.",
  "What stands in public is the least with which this works: a sealed commitment, a lock, a root on a chain. No name, key, time, organisation or purpose.":
    "Öffentlich steht das Wenigste, womit das geht: eine versiegelte Festlegung, ein Schloss, eine Wurzel auf einer Chain. Kein Name, kein Schlüssel, keine Zeit, keine Organisation, kein Zweck.",
  "No authority has said that such entries are anonymous. We treat them as personal data for whoever holds the opening.":
    "Keine Behörde hat gesagt, dass solche Einträge anonym sind. Wir behandeln sie als personenbezogene Daten für alle, die die Öffnung haben.",
  Verdict: "Ergebnis",
  "What remains is traffic data that a dishonest host could write down, and companies that ignore what they know. Neither is high for most people. For somebody who is followed by a host or a state, the first is: such a person uses the program, a network that hides her address, and hours between entries.":
    "Es bleiben Verkehrsdaten, die ein unehrlicher Betreiber mitschreiben könnte, und Unternehmen, die übergehen, was sie wissen. Für die meisten ist beides kein hohes Risiko. Für jemanden, den ein Betreiber oder ein Staat verfolgt, ist es das erste: Eine solche Person nimmt das Programm, ein Netz, das ihre Adresse verbirgt, und lässt Stunden zwischen den Einträgen.",
  "A test shows that something holds for the cases that it tries. It is no certificate, and nobody from outside has audited this yet.":
    "Ein Test zeigt, dass etwas in den versuchten Fällen gilt. Er ist kein Zertifikat, und noch hat niemand von außen das hier geprüft.",
  "What is done": "Was getan wird",
  "Shown by": "Gezeigt durch",
  "no test: a limit": "kein Test: eine Grenze",
  "{n} risk for people, what is done against it, and what remains.": "{n} Risiko für Menschen, was dagegen getan wird, und was bleibt.",
  "{n} risks for people, what is done against them, and what remains.": "{n} Risiken für Menschen, was dagegen getan wird, und was bleibt.",
  "{n} test shows it, and can be read here.": "{n} Test zeigt es und ist hier zu lesen.",
  "{n} tests show it, and can be read here.": "{n} Tests zeigen es und sind hier zu lesen.",

  "Whoever copies the public log reads in it who decided what.": "Wer das öffentliche Log kopiert, liest darin, wer was entschieden hat.",
  "An entry is a perfectly hiding commitment and a lock. For every entry and every other decision there is an opening that fits: without her opening, nothing follows from it.":
    "Ein Eintrag ist eine vollkommen verbergende Festlegung und ein Schloss. Zu jedem Eintrag und jeder anderen Entscheidung gibt es eine passende Öffnung: Ohne ihre Öffnung folgt nichts daraus.",
  "Whoever holds an opening can show what the entry was. Openings are with her, and with the company to which she gave one.":
    "Wer eine Öffnung hat, kann zeigen, was der Eintrag war. Öffnungen hat sie, und das Unternehmen, dem sie eine gab.",
  "Openings are weak, or drawn twice, and can be guessed.": "Öffnungen sind schwach oder doppelt gezogen und lassen sich raten.",
  "They come from the generator of the operating system, and are never derived from anything.":
    "Sie kommen vom Generator des Betriebssystems und werden nie aus etwas abgeleitet.",
  "A device with a broken generator.": "Ein Gerät mit kaputtem Generator.",
  "Her backups at the register can be read, or say how much she decided.":
    "Ihre Sicherungen beim Register sind lesbar oder verraten, wie viel sie entschieden hat.",
  "Sealed blobs of equal size, under a key that only her seed gives. Damaged, exchanged and foreign ones are refused.":
    "Versiegelte Blöcke gleicher Größe, unter einem Schlüssel, den nur ihr Startwert ergibt. Beschädigte, vertauschte und fremde werden abgewiesen.",
  "How many blobs there are, and when they change.": "Wie viele Blöcke es sind, und wann sie sich ändern.",
  "Nothing can be deleted, because the log only grows.": "Nichts kann gelöscht werden, weil das Log nur wächst.",
  "Record, opening, secret and index are deleted where they are kept. The entry then says nothing, and every other receipt still verifies. What was erased at a desk cannot come back as permission.":
    "Erklärung, Öffnung, Geheimnis und Nummer werden dort gelöscht, wo sie liegen. Der Eintrag sagt dann nichts mehr, und jede andere Quittung gilt weiter. Was an einem Schalter gelöscht wurde, kann nicht als Erlaubnis wiederkommen.",
  "The entry itself. No authority has said that it is anonymous.": "Der Eintrag selbst. Keine Behörde hat gesagt, dass er anonym ist.",
  "Two companies put together what they hold, and recognise her.": "Zwei Unternehmen legen zusammen, was sie haben, und erkennen sie wieder.",
  "For each company another key, and for each record another lock and opening. Nothing in them has a common root that they could see.":
    "Für jedes Unternehmen ein anderer Schlüssel, für jede Erklärung ein anderes Schloss und eine andere Öffnung. Nichts darin hat eine gemeinsame Wurzel, die sie sehen könnten.",
  "The moment: what she signs in one sitting names the same checkpoint, and entries of one moment stand side by side. And identifiers that she gives to both.":
    "Der Zeitpunkt: Was sie in einer Sitzung unterschreibt, nennt denselben Checkpoint, und Einträge eines Augenblicks stehen nebeneinander. Und Kennungen, die sie beiden gibt.",
  "She writes to a company through its mailbox here, and the register learns to whom.":
    "Sie schreibt einem Unternehmen über dessen Postfach hier, und das Register erfährt, wem.",
  "The company's own address is tried first. A message is sealed for the company alone and padded, and says neither who wrote it nor what.":
    "Zuerst wird die eigene Adresse des Unternehmens versucht. Eine Nachricht ist nur für das Unternehmen versiegelt und aufgefüllt; sie sagt weder, wer sie schrieb, noch was.",
  "For which company a message was left, when, and from which network address.":
    "Für welches Unternehmen eine Nachricht hinterlegt wurde, wann, und von welcher Netzadresse.",
  "The register learns for which organisations she looks.": "Das Register erfährt, welche Organisationen sie sucht.",
  "Her browser and her files are read in her browser only. Organisations come in parts of at least 500, the log in whole tiles: she searches in them at home.":
    "Ihr Browser und ihre Dateien werden nur in ihrem Browser gelesen. Organisationen kommen in Teilen von mindestens 500, das Log in ganzen Kacheln: Gesucht wird darin bei ihr.",
  "That she came, when, and from which address.": "Dass sie kam, wann, und von welcher Adresse.",
  "Addresses and times are written down, and tell who decides.": "Adressen und Zeiten werden mitgeschrieben und verraten, wer entscheidet.",
  "The program stores none, and its log lines have none. A server in front of it keeps access logs for 7 days at most.":
    "Das Programm speichert keine, und seine Protokollzeilen enthalten keine. Ein vorgeschalteter Server behält Zugriffsprotokolle höchstens 7 Tage.",
  "A host that writes them down all the same cannot be noticed from outside.": "Ein Betreiber, der sie doch mitschreibt, ist von außen nicht zu erkennen.",
  "The operator shows her another history than others, or changes one.": "Der Betreiber zeigt ihr eine andere Geschichte als anderen oder ändert eine.",
  "Independent witnesses sign only what extends what they signed before. The root is anchored on a chain. Her own program recomputes it.":
    "Unabhängige Zeugen unterschreiben nur, was fortsetzt, was sie vorher unterschrieben haben. Die Wurzel ist auf einer Chain verankert. Ihr eigenes Programm rechnet nach.",
  "A quorum of witnesses that conspires with the operator.": "Genügend Zeugen, die sich mit dem Betreiber verschwören.",
  "The operator drops or delays a withdrawal.": "Der Betreiber unterschlägt oder verzögert einen Widerruf.",
  "It counts from any of three ways: the log, the company itself, the chain. What was opened on the chain must be logged, and a register that leaves it out is exposed by any audit.":
    "Er zählt auf jedem von drei Wegen: Log, Unternehmen, Chain. Was auf der Chain geöffnet wurde, muss ins Log, und ein Register, das es auslässt, fällt bei jeder Prüfung auf.",
  "Company, register and chain away at the same time.": "Unternehmen, Register und Chain zugleich nicht erreichbar.",
  "The register slips in a key, and makes her answer an offer that no company made.":
    "Das Register schiebt einen Schlüssel unter und lässt sie auf ein Angebot antworten, das kein Unternehmen gemacht hat.",
  "Her program reads the claim at the company's own host, and compares it with the one in the log.":
    "Ihr Programm liest die Anmeldung auf der Website des Unternehmens selbst und vergleicht sie mit der im Log.",
  "Register and company's host in one hand.": "Register und Website des Unternehmens in einer Hand.",
  "The host serves a dishonest page that sends her seed away.": "Der Betreiber liefert eine unehrliche Seite, die ihren Startwert wegschickt.",
  "The pages load nothing from elsewhere and run no script that is not the build's. The same can be done with a program that she installs.":
    "Die Seiten laden nichts von anderswo und führen kein Skript aus, das nicht zum Programm gehört. Dasselbe geht mit einem Programm, das sie installiert.",
  "A browser cannot notice another page. For whom this is too much, the program is the way.":
    "Ein Browser kann eine andere Seite nicht erkennen. Wem das zu viel ist, dem bleibt das Programm.",
  "She loses her device, and with it her rights and proofs.": "Sie verliert ihr Gerät, und damit ihre Rechte und Beweise.",
  "A kit of words on paper finds all her entries again, several passkeys open the same seed, and sealed copies bring the contents back.":
    "Wörter auf Papier finden alle ihre Einträge wieder, mehrere Passkeys öffnen denselben Startwert, und versiegelte Kopien bringen die Inhalte zurück.",
  "The kit lost too: then nobody can help, and old permissions end by their date.":
    "Auch das Papier ist verloren: Dann kann niemand helfen, und alte Erlaubnisse enden an ihrem Tag.",
  "Two copies of her profile use the same lock, and one withdrawal ends the other's decision.":
    "Zwei Kopien ihres Profils nutzen dasselbe Schloss, und ein Widerruf beendet die Entscheidung der anderen.",
  "Every installation draws a number of its own, and another where that is in the log already.":
    "Jede Installation zieht eine eigene Nummer, und eine andere, wo diese schon im Log steht.",
  "Two copies that begin in the same moment: both are found again.": "Zwei Kopien, die im selben Augenblick beginnen: Beide werden wiedergefunden.",
  "Somebody finds her withdrawal code.": "Jemand findet ihren Widerrufscode.",
  "It can end one decision, and nothing else. No secret ever allows anything.":
    "Er kann eine Entscheidung beenden, sonst nichts. Kein Geheimnis erlaubt je etwas.",
  "A nuisance: she allows it again if she wants.": "Ein Ärgernis: Sie erlaubt es wieder, wenn sie will.",
  "A company brings back what she withdrew or refused: logged again, under another lock, with an old status.":
    "Ein Unternehmen holt zurück, was sie widerrufen oder abgelehnt hat: neu eingetragen, unter anderem Schloss, mit altem Status.",
  "Allowed is only what she granted in sight of everything that spoke against it. Ten thousand random histories with races, losses, leaks and restored backups are tried against a second statement of the rule.":
    "Erlaubt ist nur, was sie angesichts von allem erlaubte, was dagegen sprach. Zehntausend zufällige Vorgeschichten mit Wettläufen, Verlusten, Lecks und zurückgespielten Sicherungen werden gegen eine zweite Fassung der Regel geprüft.",
  "A company that does not ask its desk.": "Ein Unternehmen, das seinen Schalter nicht fragt.",
  "A company says that it never received anything.": "Ein Unternehmen sagt, es habe nie etwas bekommen.",
  "An acknowledgement is signed and logged; a deposit in a mailbox is signed by the register. Her word and proof are never shown as one.":
    "Eine Bestätigung ist unterschrieben und im Log; eine Einlieferung ins Postfach unterschreibt das Register. Ihr Wort und ein Beweis werden nie als eines gezeigt.",
  "A deposit proves that it lay there, not that it was read.": "Eine Einlieferung beweist, dass es dort lag, nicht, dass es gelesen wurde.",
  "She allows something without having been told what.": "Sie erlaubt etwas, ohne dass ihr gesagt wurde, was.",
  "Nothing can be allowed but as the answer to an offer, signed by the company, which names its notice and every purpose. The answer can only be narrower.":
    "Erlauben kann sie nur als Antwort auf ein Angebot, das vom Unternehmen unterschrieben ist und seine Datenschutzerklärung und jeden Zweck nennt. Die Antwort kann nur enger sein.",
  "Offers that are true and still hard to understand.": "Angebote, die wahr und doch schwer zu verstehen sind.",
  "A person who is named as a contact cannot get her name out again.": "Wer als Kontakt genannt ist, bekommt den Namen nicht wieder heraus.",
  "A withheld value is taken out of all versions, of the files and of what is read later. Of the publication, only hash and reason stay.":
    "Ein zurückgehaltener Wert wird aus allen Fassungen, aus den Dateien und aus allem später Gelesenen genommen. Von der Veröffentlichung bleiben nur Hash und Grund.",
  "Copies that others made before.": "Kopien, die andere vorher gemacht haben.",
  "The scanner is used to reach what is not public.": "Mit dem Scanner wird erreicht, was nicht öffentlich ist.",
  "Private addresses are not visited: not by name, not by redirect, not by what a page loads. What is published has no queries.":
    "Private Adressen werden nicht besucht: nicht über Namen, nicht über Weiterleitungen, nicht über das, was eine Seite lädt. Veröffentlichtes enthält keine Abfragen.",
  "The visited site sees the host's address.": "Die besuchte Website sieht die Adresse des Betreibers.",
  "A guardian, or somebody who says so, allows things in a child's name.": "Ein Vormund, oder wer sich dafür ausgibt, erlaubt etwas im Namen eines Kindes.",
  "The power of a guardian has no word for allowing. It is limited in time. No age is asked in order to refuse.":
    "Die Vollmacht eines Vormunds kennt kein Wort für Erlauben. Sie ist befristet. Zum Ablehnen wird kein Alter erfragt.",
  "A guardian who has the child's own seed.": "Ein Vormund, der den Startwert des Kindes hat.",
  "A crash loses what she was told is taken.": "Bei einem Absturz geht verloren, was ihr als angenommen gemeldet war.",
  "What is answered is durable. Killed at any moment, a register keeps what it acknowledged, and publishes one history.":
    "Was beantwortet ist, ist dauerhaft. In jedem Augenblick abgeschossen, behält ein Register, was es bestätigt hat, und veröffentlicht eine einzige Geschichte.",
  "A disk that lies. The proof that she holds shows the loss.": "Eine Festplatte, die lügt. Der Beweis in ihrer Hand zeigt den Verlust.",
  "A desk hears nothing new, and goes on with what she has withdrawn since.":
    "Ein Schalter hört nichts Neues und macht weiter mit dem, was sie seither widerrufen hat.",
  "A status that is too old allows nothing, and an older one is never taken again. A withdrawal also reaches the desk directly, or from the chain.":
    "Ein zu alter Status erlaubt nichts, und ein älterer wird nie wieder angenommen. Ein Widerruf erreicht den Schalter auch direkt oder über die Chain.",
  "The age that a company states, in seconds or minutes.": "Das Alter, das ein Unternehmen nennt, in Sekunden oder Minuten.",
  "Somebody floods the register, and nobody can withdraw any more.": "Jemand überflutet das Register, und niemand kann mehr widerrufen.",
  "Limits for each address, in memory only, and for connections and bodies. Reading goes on. The chain is another way in.":
    "Grenzen je Adresse, nur im Arbeitsspeicher, und für Verbindungen und Inhalte. Gelesen werden kann weiter. Die Chain ist ein zweiter Eingang.",
  "An attack on the network of the host.": "Ein Angriff auf das Netz des Betreibers.",
  "In twenty years a computer breaks what is used today.": "In zwanzig Jahren bricht ein Computer, was heute benutzt wird.",
  "Hiding does not depend on a hard problem: old entries stay unreadable. The first byte of each entry leaves room for a successor.":
    "Das Verbergen hängt an keinem schweren Problem: Alte Einträge bleiben unlesbar. Das erste Byte jedes Eintrags lässt Raum für einen Nachfolger.",
  "Signatures and binding of today could be forged then. Entries that a witness dated before are not affected.":
    "Unterschriften und Bindung von heute wären dann fälschbar. Einträge, die ein Zeuge vorher datiert hat, sind nicht betroffen.",
};
