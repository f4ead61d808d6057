import { currencyOf, minorOf, sumOf } from './amounts.ts';
import { fieldsOf, firstOf, listOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { isOf } from './schema-org-nodes.ts';

const depthMax = 4;
const moneyFields = [
  'totalPaymentDue',
  'total',
  'totalPrice',
  'orderTotal',
  'priceSpecification',
  'price',
  'acceptedOffer',
  'orderedItem',
  'itemOffered',
  'offers',
  'minimumPaymentDue',
  'referencesOrder',
];

/** The currency of what a thing costs: its own, or that of the first amount within it that names one. */
export function currencyIn(node: Fields, seen = new Set<Fields>()): string | undefined {
  const own = currencyOf(firstOf(node, 'priceCurrency', 'currency', 'discountCurrency'));
  if (own !== undefined) return own;
  if (seen.has(node)) return undefined;
  seen.add(node);
  for (const name of moneyFields)
    for (const one of listOf(node[name])) {
      const fields = fieldsOf(one);
      const found = fields
        ? currencyIn(fields, seen)
        : name === 'price' || name === 'totalPaymentDue'
          ? signIn(one)
          : undefined;
      if (found !== undefined) return found;
    }
  return undefined;
}

/** "EUR 12.00", "12,00 €". */
function signIn(value: unknown): string | undefined {
  const mark = /^\s*([A-Z]{3}|[€£₹₩]|US\$)|([A-Z]{3}|[€£₹₩])\s*$/.exec(wordOf(value) ?? '');
  return currencyOf(mark?.[1] ?? mark?.[2]);
}

/** An amount: plain, of a `PriceSpecification` or a `MonetaryAmount`, or of the last of several in one currency. */
export function priceOf(value: unknown, currency: string, depth = 0): bigint | undefined {
  const several = listOf(value);
  const specified =
    several.length > 1 ? several.filter((one) => currencyOf(fieldsOf(one)?.['priceCurrency']) === currency) : several;
  const [first] = specified.length > 0 ? specified : several;
  const fields = fieldsOf(first);
  if (!fields) return minorOf(first, currency);
  const other = currencyOf(firstOf(fields, 'priceCurrency', 'currency'));
  if (other !== undefined && other !== currency) return undefined;
  const plain = firstOf(fields, 'price', 'value', 'amount');
  if (plain !== undefined) return depth > depthMax ? undefined : priceOf(plain, currency, depth + 1);
  return minorOf(firstOf(fields, 'maxPrice', 'minPrice'), currency);
}

/** What stands beside the goods in the components of a compound price. */
export interface Charges {
  readonly shipping?: bigint | undefined;
  readonly tax?: bigint | undefined;
  readonly discount?: bigint | undefined;
  readonly taxIncluded: boolean;
}

/** Reads shipping, tax and discount out of an order's price specification. */
export function chargesOf(node: Fields, currency: string): Charges {
  const specifications = [...objectsOf(node['priceSpecification']), ...objectsOf(node['totalPaymentDue'])];
  const parts = specifications.flatMap((one) => objectsOf(one['priceComponent']));
  const said = (one: Fields): string =>
    `${wordOf(one['name']) ?? ''} ${wordOf(one['priceType']) ?? ''} ${wordOf(one['description']) ?? ''}`;
  const of = (isIt: (one: Fields) => boolean): bigint | undefined =>
    sumOf(parts.filter(isIt).map((one) => minorOf(one['price'], currency)));
  const discount = of((one) => /discount|coupon|descuento|rabatt/i.test(said(one)));
  return {
    shipping: of(
      (one) => isOf(one, 'DeliveryChargeSpecification') || /shipping|delivery|env[ií]o|versand/i.test(said(one)),
    ),
    tax: of((one) => /\btax\b|\bvat\b|\biva\b|impuesto|mwst|gst/i.test(said(one))),
    discount: discount !== undefined && discount < 0n ? -discount : discount,
    taxIncluded: specifications.some(
      (one) => one['valueAddedTaxIncluded'] === true || one['valueAddedTaxIncluded'] === 'true',
    ),
  };
}
