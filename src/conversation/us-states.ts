import type { Locale } from '#contract';
import { fold } from './fold.ts';

/** USPS codes of the states, the District of Columbia and the territories, with their English names. */
const names =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming,PR Puerto Rico,GU Guam,VI Virgin Islands';
const spanish =
  'NY Nueva York,NJ Nueva Jersey,NM Nuevo México,NH Nuevo Hampshire,NC Carolina del Norte,SC Carolina del Sur,ND Dakota del Norte,SD Dakota del Sur,PA Pensilvania,LA Luisiana,MS Misisipi,MO Misuri,OR Oregón,WV Virginia Occidental,HI Hawái,DC Distrito de Columbia,KY Kentucky,TN Tennessee,VI Islas Vírgenes';

const byCode = (list: string): ReadonlyMap<string, string> =>
  new Map(list.split(',').map((one) => [one.slice(0, 2), one.slice(3)]));
const inEnglish = byCode(names);
const inSpanish = byCode(spanish);

/** What a region code is called, folded, in both languages; the code itself first. */
export function regionNames(code: string): string[] {
  const named = [inEnglish.get(code), inSpanish.get(code)].filter((name) => name !== undefined);
  return [fold(code), ...named.map(fold)];
}

/** A region's name to show; the code itself when it is none of the United States. */
export function regionTitle(code: string, locale: Locale): string {
  return (locale === 'es' ? inSpanish.get(code) : undefined) ?? inEnglish.get(code) ?? code;
}
