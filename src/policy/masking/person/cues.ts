/**
 * Words around names. All in lower case; English and German. The patterns for what stands before a name are sticky
 * and read backwards from it (`(?<=...)`): so they look at what is right there, not at each place before it.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Never the first word of a name; and what they announce is most often a thing. */
export const ARTICLES = words(
  'the a an this that these those our your my his her its their every each some any no der die das den dem des ein eine einen einem einer eines im am zum zur vom beim ins ans unser unsere unserer ihr ihre mein meine kein keine dieser diese dieses jeder jede jedes',
);

/** Before a name, and no part of it. */
export const TITLES = words(
  'mr mrs ms miss mx dr prof professor doctor sir dame rev reverend herr herrn frau hr fr fräulein familie dipl-ing ing mag capt captain sgt lt judge officer nurse señor señora monsieur madame mme signor signora',
);

/** Titles that only a name follows. */
export const FORMS_OF_ADDRESS = words('mr mrs ms mx herr herrn frau fräulein mme monsieur señor señora signor signora');

/** A person's part; the name follows at once: "our colleague Jane", "Sachbearbeiterin Meyer". */
export const ROLES = words(
  'customer client user patient colleague manager agent engineer employee assistant attorney lawyer tenant applicant candidate teacher student witness driver contact ceo cfo cto director supervisor representative technician author owner brother sister father mother husband wife son daughter friend uncle aunt boss neighbour neighbor landlord reviewer assignee reporter kunde kunden kundin kollege kollegen kollegin mitarbeiter mitarbeiterin patientin chef chefin sachbearbeiter sachbearbeiterin ansprechpartner ansprechpartnerin bearbeiter bearbeiterin berater beraterin techniker technikerin mieter mieterin anwalt anwältin rechtsanwalt rechtsanwältin lehrer lehrerin schüler schülerin zeuge zeugin fahrer fahrerin nachbar nachbarin bruder schwester vater mutter mann ehemann ehefrau sohn tochter freund freundin onkel tante bewerber bewerberin geschäftsführer geschäftsführerin teilnehmer teilnehmerin vermieter vermieterin leiter leiterin',
);

/** What people do in reports of what they did: the name stands right before. */
export const DEEDS = words(
  'said says wrote writes asked asks called calls replied replies told mentioned confirmed confirms reported reports emailed phoned signed requested complained explained thinks joined sagte sagt schrieb schreibt fragte fragt rief antwortete antwortet meinte meint bestätigte bestätigt meldete berichtet berichtete erklärte unterschrieb bat bittet wünscht fehlt kommt fährt arbeitet wohnt hatte hat war ist kann soll wird möchte will is was has had will can should wants needs lives works lost starts left came went',
);

/** Of these, what people do and things seldom: a word that no list has does not do it unless it is a name. */
export const SPOKEN_DEEDS = words(
  'said says wrote writes asked asks replied replies mentioned emailed phoned complained explained thinks called sagte sagt schrieb schreibt fragte fragt antwortete antwortet meinte meint bat bittet erklärte beschwerte',
);

/** Inside names, in lower case. */
export const PARTICLES = words("von van de der den zu zur vom vander ten ter la le du di da del della dos das al bin ibn el y af o'");

/** After a family name these make it a firm, a place, a street, a thing. */
export const FIRMS = words(
  'gmbh ag kg ohg ug gbr kgaa ev inc llc ltd corp corporation plc co company group gruppe holding holdings sons söhne brothers gebrüder industries partners associates foundation stiftung university universität college school schule hospital klinik institute institut airport flughafen museum award prize street st road rd avenue ave lane ln drive boulevard blvd court square park bridge center centre church stadium hotel bank theorem syndrome disease',
);

/** Before a capital word these make it a place: "Port Kayla", "North Jordan". */
export const PLACE_HEADS = words('north south east west new port lake fort mount san santa saint los las el bad sankt fc river cape upper lower nord ost süd west alt neu groß klein ober unter');

/** Before a single capital word these speak of a place: "she is in Murray". */
export const PLACE_BEFORE = /(?<=(?:^|[^\p{L}])(?:in|at|near|aus|nach|bei|to|across|around|via|über) )/iuy;

/** What only a name can follow. */
export const INTRODUCED =
  /(?<=(?:(?:\bmy (?:full )?name(?:'s| is)|\bname is|\bnamed|\bmein name (?:ist|lautet)|\b(?:ich|er|sie) hei(?:ß|ss)[et]{1,2}|\bich bin(?: (?:der|die))?|\bhier (?:ist|spricht|schreibt)|\bnamens|\bdear|\bsehr geehrter?|\blieber?|\bhallo|\bhello|\bhi|\bhey|\bmoin|\bservus|\bguten (?:tag|morgen|abend)|\bgood (?:morning|afternoon|evening)|\b(?:gez|i\.? ?a|i\.? ?v|attn|z\.? ?hd|c\/o|signed by|gezeichnet)[.:]?)(?<! )|\b(?:i am|i'm|this is|it's) )(?: ?, ?| {0,2}))/iy;

/** Where people are spoken of; two capital words that follow are one of them. */
export const MENTIONED =
  /(?<=(?:\b(?:according to|(?:hear|heard) (?:from|of)|(?:spoke|speak|talk(?:ed)?|meet(?:ing)?|met|call) (?:to|with)|met|ask(?:ed)?|tell|told|inform(?:ed)?|thank(?:ed)?|invited?|written by|led by|reported by|managed by|maintained by|approved by|handled by|laut|mit|bei|durch|von|hat|haben|fragt?e?|bittet?|informiert|trifft|traf|kennt|sagt) ))/iy;

/** Where one speaks to people and of them, and hardly of things: a word alone that no list has is a name here. */
export const SPOKEN_TO =
  /(?<=(?:\b(?:(?:spoke|spoken|speak|talk(?:ed)?|chat(?:ted)?|met) (?:to|with)|heard from|ask(?:ed)?|tell|told|thank(?:s|ed)?,?|thank you,?|looping in|cc'?ing|(?:written|checked|reviewed|signed|approved|handled|reported|answered) by|danke,?|(?:vielen|besten) dank,?|gr(?:ü|u)(?:ß|ss)e? an|(?:kannst|könntest) du) ))/iy;

/** What follows a name that somebody is addressed by: ", can you", ", kannst du". */
export const ADDRESSED = /^, (?:(?:can|could|would|will|did|do|have|are) you\b|please\b|(?:kannst|könntest|hast|bist|würdest|magst) du\b|bitte\b)/i;

/** The surest of them: anything with a capital is a name here, and known names count in lower case too. */
export const NAMED =
  /(?<=(?:\bmy (?:full )?name(?:'s| is)|\bmein name (?:ist|lautet)|\bich hei(?:ß|ss)e|\bnamens|\bsehr geehrter?|\bdear|\bsigned by|\bgez\.|\bz\.? ?hd\.?|\battn[.:]?) ?)/iy;

/** The end of a letter; the name comes next, most often on its own line. */
export const SIGNED_OFF =
  /(?<=(?:regards|sincerely|cheers|yours(?: truly| faithfully)?|best(?: wishes)?|thanks(?: again| in advance| a lot| so much)?|thank you(?: very much)?|respectfully|take care|grüßen?|grüssen?|gru(?:ß|ss)|mfg|vg|lg|hochachtungsvoll|vielen dank|danke(?:schön)?|beste|bis (?:dann|bald))[,.!]?(?:[ \t]{0,4}\r?\n){1,3}[ \t]{0,4}(?:[-–—~] ?)?|(?:regards|sincerely|cheers|grüßen?|grüssen?|gru(?:ß|ss)|mfg|vg|lg)[,!]? {1,2})/iy;

/** A field that holds a person: `Kunde: `, `"customerName": "`, `assignee=`. */
export const PERSON_FIELD =
  /(?<=(?:\b|_|(?<=[a-z]))(?:(?:customer|client|user|patient|employee|contact|account|card|full|first|last|middle|given|family|maiden|sur|nick|display|holder|owner|sender|recipient|author|billing|shipping|passenger|guest|tenant|applicant|vor|nach|familien|geburts|mädchen|rufname|kunden|ansprech)[ _-]?names?|(?:bill|ship|sold|deliver(?:ed)?) to|customer|client|kundin|kunden?|patient(?:in)?|contact(?: person)?|ansprechpartner(?:in)?|kontakt|assignee|reporter|reported by|created by|assigned to|requested by|approved by|owner|author|autor|sender|recipient|from|to|cc|attn|von|an|bearbeiter(?:in)?|sachbearbeiter(?:in)?|gemeldet von|erstellt von|zugewiesen an|bearbeitet von|empfänger|absender|kontoinhaber(?:in)?|karteninhaber(?:in)?|cardholder|account holder|passenger|guest|gast|tenant|mieter(?:in)?|employee|mitarbeiter(?:in)?|agent|operator|cashier|kassierer(?:in)?|served by|es bediente sie|bediener(?:in)?|signature|unterschrift|attendees?|participants?|teilnehmer(?:innen)?|anwesend|manager|name)["'\]]? {0,3}[:=][ \t]{0,3}\n?[ \t]{0,3}(?:\[ ?)?["']?)/iy;

/** A field that holds nothing but a name, be it a word as well: `"lastName": "Little"`. */
export const NAME_FIELD =
  /(?<=(?:(?:customer|client|full|first|last|middle|given|family|maiden|sur|account|card)[ _-]?name|(?:vor|nach|familien|geburts)[ _-]?name|card ?holder|karteninhaber(?:in)?|kontoinhaber(?:in)?)["'\]]? {0,3}[:=] {0,3}["']?)/iy;

/** A field of which one cannot tell: things have names too. */
export const BARE_NAME_FIELD = /(?<=(?:^|[^a-z])(?:name|from|to|an|von|cc|owner|agent|operator|contact|kontakt|manager|customer|client|kunde|author|sender|recipient)["'\]]? {0,3}[:=][ \t]{0,3}\n?[ \t]{0,3}(?:\[ ?)?["']?)/iy;

/** Before a speaker at the start of a line of a chat: nothing, or a time. */
export const LINE_HEAD = /(?<=(?:^|\n)[ \t]{0,8}(?:[[(]?(?:\d{4}-\d\d-\d\d[ T]|\d{1,2}[./]\d{1,2}[./]\d{2,4},? )?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?[\])]? ?(?:- ?)?|[-*>•] )?[<@]?)/iy;
/** After a speaker. */
export const SPEAKER_TAIL = /^(?:>|\]| ?:| (?:\(|\[)(?:\w{2,10},? ?)?\d{1,2}:\d{2}| (?:wrote|schrieb))/;
