/** What patterns could trip over: beginnings that never end, ends without beginnings, long runs of what they repeat. */
export const SEEDS: readonly string[] = [
  '@', 'a@', 'a@a.', 'a.', '@a.b.c', '1', '1 ', '1-', '11 ', '4111 ', '+1', '(', '(0', '1.', '1.1.1.1', '::', 'a:', '1:2:', 'f:', '://', 'a://a:', '?token=', 'key=', 'password is ',
  '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', 'AAAAAAAAAAAAAAAA\n', 'eyJaaaaa.', 'eyJaaaaa.eyJ', 'sk-', 'Anna ', 'Anna Meyer ', 'Dr. ', 'A. ', 'von ', 'Aa', 'born ', 'born 1.1.', '* 1',
  '12 Main ', '12 Main Street ', 'Am A 1 ', 'A 1, 12345 ', 'Straße 1 ', 'A-', 'a (at) ', 'a at ', 'a dot ', 'DE89 ', 'DE89', '1\u200b', '４', 'e\u0301', '𝟎', '[', '[EMAIL_', '[EMAIL_1', '\\[EMAIL\\_1', 'EMAIL_1',
  'EMAIL_1 ', '"', '"@', 'a"@a.de', '\\\\"@a.de', '{"a":', '\\u0040', '\n', 'Regards,\n', ' \n', '%40', 'a%40', '%3D', '123-45-6789 ', 'x@x.x', 'İ', 'Meyer, Anna ', 'John said ', 'Bearer ', 'passport 1', 'tel: 1', 'P O Box 1 ', 'KD-1EMAIL_1', 'a_', '\ud83d',
];

const PROSE =
  'The quarterly review showed that shipping times went up while the number of returns stayed the same. We should talk about the new warehouse and the plan for the autumn season before the next meeting. Please read the attached notes and say what you think of the second proposal. ';

/** A text of so many UTF-16 units: a seed over and over, and at its end something else. */
export function over(seed: string, length: number): string {
  return `${filled(seed, length - 1)}!`;
}

/** Plain prose of so many UTF-16 units: what a text that is meant to hurt is compared with. */
export function prose(length: number): string {
  return filled(PROSE, length);
}

function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}
