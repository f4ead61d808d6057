import { TellerlineError } from '#base';

/** Longest name that customers and colleagues are shown. */
const nameCharactersMax = 64;
/** Latin letters as Europe and the Americas write them, figures, and what stands between parts of a name. */
const written =
  /^[A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u017E\u0218-\u021B\u1E00-\u1EFF0-9][A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u017E\u0218-\u021B\u1E00-\u1EFF0-9 .,'-]*$/u;
/** Letters that look like others, as what they look like. */
const alike: Readonly<Record<string, string>> = {
  ı: 'i',
  l: 'i',
  '1': 'i',
  '|': 'i',
  '0': 'o',
  ø: 'o',
  đ: 'd',
  ł: 'i',
};

/**
 * The name of somebody of a bank's staff as it may be shown. A customer believes what somebody says by their name, so
 * it is in one script, without characters that turn, hide or pile up, and poses as nobody else.
 *
 * @throws TellerlineError `staff_name_refused` 403
 */
export function staffNameOf(given: string): string {
  const name = given
    .normalize('NFKC')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .trim()
    .replaceAll(/ +/g, ' ');
  // Every telling of a name begins with it: "Tellerline looked at your last 5 purchases" would be a lie.
  if (name.length <= nameCharactersMax && written.test(name) && !nameKeyOf(name).includes(nameKeyOf('Tellerline')))
    return name;
  throw new TellerlineError(
    'staff_name_refused',
    403,
    'Your bank’s identity provider gives a name that cannot be shown to customers: Latin letters, figures, spaces, points, commas, hyphens and apostrophes, at most 64 in all.',
  );
}

/** A name without what looks alike: two names with the same key could be taken for each other. */
export function nameKeyOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ .,'-]/g, '');
  return plain.replaceAll(/./gu, (letter) => alike[letter] ?? letter);
}
