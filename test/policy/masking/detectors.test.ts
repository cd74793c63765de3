import { describe, expect, it } from 'vitest';
import type { BuiltInKind } from '../../../src/policy/masking/index.ts';
import { found } from './support.ts';

interface Case {
  /** Texts; what must be found stands between « and ». */
  readonly finds: readonly string[];
  /** Texts in which nothing may be found. */
  readonly leaves: readonly string[];
}

const CASES: Readonly<Record<BuiltInKind, Case>> = {
  EMAIL: {
    finds: [
      'write to «anna.meyer+news@example.co.uk».',
      'an «ANNA@EXAMPLE.ORG», bitte',
      '<«info@müller-bücher.de»>',
      '«"anna meyer"@example.org» is quoted',
      'To «"a\\"b c"@example.com» and "no" «"a\\\\"@example.org»',
      '«"\\"\\" x"@example.com»',
      String.raw`{"to":"\«"anna meyer\"@example.org»","and":"\«"a\\\"b c\"@example.com»"}`,
      'he said "hello" to «"x y"@example.com»',
      '«o\'brien@example.ie»; next',
      'mailto:«anna@xn--bcher-kva.example»?subject=x',
      'https://shop.example/login?user=«anna%40example.org»&x=1',
      'to «admin@[10.0.0.1]» at last',
      '«anna (at) example (dot) org»',
      '«anna [ät] example.de»',
      '«anna dot meyer at example dot com» she said',
      'full width: «anna＠example.org»',
      'hidden: «an\u200bna@exam\u00adple.org»',
      '«дмитрий@пример.рф»',
    ],
    leaves: ['user@localhost', 'a @ b', 'meet me at noon', '@handle and @other', 'foo@bar', 'price @ 3.50', 'https://bob:secret@example'],
  },
  CARD: {
    finds: [
      'Visa «4111 1111 1111 1111» exp 12/27',
      '«5555-5555-5555-4444»',
      '«378282246310005»',
      '«4111\u00a01111\u00a01111\u00a01111»',
      'scan: «5105 1051\n0510 5100» end',
      '«４１１１１１１１１１１１１１１１»',
      '«4111\u200b1111\u200b1111\u200b1111»',
      'card«4111111111111111»x',
      '«6011000990139424», «3530111333300000», «30569309025904»',
      '«4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1»',
      'CVV: «4111 1111 1111 1111» 123',
    ],
    leaves: ['4111 1111 1111 1112', '1234 5678 9012 3456', '0.4111111111111111', 'l234 5678', '41111111111111111111111'],
  },
  IBAN: {
    finds: [
      'IBAN «DE89 3704 0044 0532 0130 00».',
      '«de89370400440532013000»',
      'IBAN:«GB82 WEST 1234 5698 7654 32»',
      '«NL91-ABNA-0417-1643-00»',
      'on two lines «DE89 3704 0044\n0532 0130 00» ok',
      '«FR1420041010050500013M02606»',
    ],
    leaves: ['DE88 3704 0044 0532 0130 00', 'AB12 3456', 'XX89370400440532013000', 'at 10.236.194.247 drops requests'],
  },
  PHONE: {
    finds: [
      'call «+49 30 1234567» now',
      '«+49 (0) 171 1234567»',
      '«(555) 123-4567» or «555.123.4567 x12»',
      '«1-555-123-4567»',
      'Tel.: «030/1234567»',
      'Handy «01711234567»',
      '«0171 1234567»',
      '«020 7946 0958»',
      'phone: «5551234567»',
      '«0049 30 1234567»',
    ],
    leaves: ['on 24.12.2025 at 12:30', '2024-12-24', 'order 5551234567', '1.234.567,89 EUR', 'v1.2.3.4', '2019-2020', 'ISBN 978-3-16-148410-0', '192.168.10.20'],
  },
  NATIONAL_ID: {
    finds: [
      'SSN «123-45-6789»',
      'social security number «123456789»',
      'Steuer-ID «86 095 742 719»',
      'SV-Nummer «65 170839 J 003»',
      'NINO «AB 12 34 56 C»',
      'NIR «2 55 08 14 168 025 38»',
      'DNI «12345678Z», NIE «X1234567L»',
      '«RSSMRA85T10A562S»',
      'BSN «111222333»',
      'PESEL «44051401359»',
      'AHV «756.9217.0769.85»',
      'SVNR «1237 010180»',
      '«811218-9876»',
      'passport number «C01X00T47»',
      'NHS number «943 476 5919»',
    ],
    leaves: ['000-12-3456', '666-12-3456', '86 095 742 718', 'DNI 12345678A', '111222333', '756.9217.0769.84', 'BG 12 34 56 C', 'RSSMRA85T10A562T'],
  },
  IP: {
    finds: ['host «192.168.0.1».', '«10.0.0.1»:8080', 'http://«8.8.8.8»/x', '«2001:db8::8a2e:370:7334»', 'at «::1»', '[«2001:0db8:85a3:0000:0000:8a2e:0370:7334»]:443', '«::ffff:192.0.2.1»', '«fe80::1%eth0»'],
    leaves: ['version 1.2.3.4', 'v10.0.0.1', 'Chrome/1.2.3.4', '12:30:45', 'aa:bb:cc:dd:ee:ff', 'std::vector', 'Face::add', '256.1.1.1', '1.2.3', '1.2.3.4.5'],
  },
  URL_CREDENTIALS: {
    finds: [
      'postgres://«shop:s3cret»@db.internal/shop',
      'https://«bob:pa%24s»@example.com/',
      'https://x.example/cb?state=1&access_token=«abc.def-123»&y=2',
      'https://«ghs0123456789abcdefABCDEF»@github.com/a/b',
      'https://s3.example/o?X-Amz-Signature=«fe5f80f77d5fa3beca038a248ff027»',
    ],
    leaves: ['https://example.com/a?page=2', 'ssh://git@github.com/a', 'https://user@example.com/', 'see http://a.b:8080/x'],
  },
  API_KEY: {
    finds: [
      'key «sk-proj-abcDEF123456ghiJKL7890» ok',
      '«AKIAIOSFODNN7EXAMPLE»',
      'Authorization: Bearer «abcdef.ghijkl-0123456789»',
      'token=«ghp_0123456789abcdefghijABCDEFGHIJ012345»',
      '«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXZhbHVl»',
      'DB_PASSWORD=«hunter2!x»',
      '"apiKey": "«Zx81kQpL93mn»"',
      'Passwort: «Sommer#2024»',
      'my password is «tr0ub4dor&3».',
    ],
    leaves: ['the password is required', 'token: undefined', 'secret = process.env.SECRET', 'credentials to anna@example.org', 'a sk-ip and a risk-free offer', 'password: anna@example.org'],
  },
  PRIVATE_KEY: {
    finds: [
      'a\n«-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEpAIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY-----»\nb',
      '{"key":"«-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n-----END PRIVATE KEY-----»\\n"}',
      'cut: «-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAAEbm9uZQ»',
      'tail: «MIIEpAIBAAKCAQEAabcdefgh\nMIIEpAIBAAKCAQEAabcdefgh\n-----END RSA PRIVATE KEY-----»',
      '«-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\nlQVYBF\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----»',
    ],
    leaves: ['-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----', 'a PRIVATE KEY is secret'],
  },
  DATE_OF_BIRTH: {
    finds: [
      'Date of birth: «12/03/1985»',
      'geboren am «12.03.1985» in Köln',
      '"birthDate":"«1985-03-12»"',
      'DOB «12 March 1985»',
      'born on «March 12, 1985»',
      'geb. «1. März 85»',
      'Anna (*«12.3.1985»)',
      'am «12.03.1985» geboren',
    ],
    leaves: ['the meeting is on 12.03.2025', 'delivered 2025-01-01', 'He was born in Rome. The invoice is of 12.03.2025'],
  },
  ADDRESS: {
    finds: [
      'wohnt «Lange Straße 12a, 10115 Berlin»',
      '«Adlerweg 3»',
      '«Am Alten Markt 7, 50667 Köln»',
      '«123 N. Main St., Apt 4B, Springfield, IL 62704»',
      'at «12 High Street, Leeds LS1 4AB»',
      'Postcode «SW1A 1AA»',
      '«PO Box 1234»',
      '«Hauptstr. 5\n80331 München»',
    ],
    leaves: ['Room 12 is free', 'in 2024 we sold 300 units', 'Chapter 3 Verse 16', 'Windows 11 and Office 365'],
  },
  PERSON: {
    finds: [
      'my name is «Anna Meyer», hello',
      'my name is «anna meyer» ok',
      'Sehr geehrte Frau Dr. «von Bülow»,',
      'Herr «Zahn» ruft an',
      'Best regards,\n«Xanthe Quill»',
      '«Mark Johnson» said so',
      'we met «Anna-Lena Schmidt-Krause» there',
      '"lastName": "«Little»"',
      '«Müller, Anna»',
      '«J. R. R. Tolkien» wrote',
      '«Anna Meyer» left; later «Meyer» came back, «Anna»\'s bag too',
      'I asked «Mary O\u2019Brien».',
      '«Ludwig van Beethoven» played',
      'then «Zubida Okwunze» told us more',
      'Can you ask «Omobobola» about it? Thanks, «Hortensie»!',
      '«Nándorka», can you check the order please?',
      '«Sakarine», kannst du das bitte prüfen? Danke «Yejide»!',
      'Then «Langgeng» replied at once.',
      'Die Mappe hat «Gövhər» gebracht, «Čestmír» nicht.',
      '«Juwonke»: Is it there?\n«Ayinkeo»: Not yet.',
    ],
    leaves: [
      'I will mark it in May, said the Finance Department.',
      'The Board of Directors met in New York.',
      'Die Rechnung für den Kühlschrank liegt im Büro.',
      'Meyer GmbH delivers to Port Arthur.',
      'The Anna-Schmidt-Straße is closed.',
      'Terms and Conditions Apply To All Orders',
      'see anna/readme and @types/node',
      'Im Schwarzwald liegt Schnee, der Norddeutsche Rundfunk berichtet.',
      'We saw the Eiffel Tower from the boat.',
      'Please ask the Support Team, and thank Support for it.',
      'Status: Closed\nPriority: High',
      'Betreff: Rechnung\nDatum: Montag',
      'Das Café hat zu, und die Jalapeños sind scharf.',
    ],
  },
};

describe.each(Object.entries(CASES))('%s', (name, { finds, leaves }) => {
  const kind = name as BuiltInKind;
  it.each(finds)('finds in %j', async (marked) => {
    const expected = [...marked.matchAll(/«([^»]*)»/g)].map((match) => match[1]);
    expect(await found(kind, marked.replaceAll(/[«»]/g, ''))).toEqual(expected);
  });
  it.each(leaves)('finds nothing in %j', async (text) => {
    expect(await found(kind, text)).toEqual([]);
  });
});
