import type { BankId } from '#base';
import { trackingNumbersIn } from '#orders';
import { takeBanks, type NamedBank } from './banks.ts';
import { wordsOf } from './fold.ts';

/** What a text wants of a shop or a parcel. */
export type OrderWish =
  | { readonly intent: 'shop'; readonly bank?: BankId }
  | { readonly intent: 'track'; readonly tracking: readonly string[] };

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

const connecting = set(
  `connect conect conncet connecting connected link linking join add follow conectar conecta conectame conecte vincular vincula vinculo anadir anade agregar agrega seguir`,
);
const codes = set('code codes cod coed checkout codigo codgio codigos clave');
const shopWords = set('shop shops store stores tienda tiendas comercio comercios');
const around = set(
  `a an the my me with for of at to from please can could i you want need would like get give show which what is are receipts receipt parcels parcel orders order another new
  una un la el los las mi mis me con para de del en a al por favor puedo puedes quiero necesito dame muestra que cual es son recibo recibos paquete paquetes pedido pedidos otra otro nueva nuevo`,
);

/**
 * Reads a text for a shop to connect, its code, or a tracking number; undefined when that is not all it says. Nothing
 * is done by the words: a shop leads to its disclosure, or to the code that it has already.
 */
export function orderWish(text: string, shops: readonly NamedBank[]): OrderWish | undefined {
  const numbers = trackingNumbersIn(text);
  if (numbers.length > 0) return { intent: 'track', tracking: numbers.slice(0, 3).map(({ number }) => number) };
  const words = wordsOf(text);
  const { named, rest } = takeBanks(words, shops);
  const asks = rest.some((word) => connecting.has(word) || codes.has(word));
  const isAll = rest.every(
    (word) => connecting.has(word) || codes.has(word) || shopWords.has(word) || around.has(word),
  );
  if (!asks || !isAll) return undefined;
  const [shop] = named;
  if (shop !== undefined) return { intent: 'shop', bank: shop };
  return rest.some((word) => shopWords.has(word)) ? { intent: 'shop' } : undefined;
}
