import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { createLog } from '#base';
import { BANKS } from '#banks';
import { canDraw, createPictures, type Face, type Picture, type Theme } from '#channels/pictures';
import { cardIssuer, markOf, type Card, type Locale } from '#contract';
import { madeMatters, nowMs } from './made-matters.ts';

// The new cards as pictures. That words and places are right is held where they are put together; here, that
// they are drawn: whole, in their colours, and each state as another picture.

const pictures = createPictures({ log: createLog('silent'), drawingMsMax: 60_000 });
after(() => pictures.close());

const nobody = { light: '', dark: '' } as const;

function faceOf(id: string): Face {
  const { name, mark, accent } = BANKS.find((bank) => bank.id === id) ?? assert.fail(id);
  return { name, mark, accent };
}

function drawn(card: Card, locale: Locale = 'en', theme: Theme = 'light'): Promise<Picture> {
  assert.ok(canDraw(card));
  const issuer = cardIssuer(card);
  const face =
    'bank' in issuer ? faceOf(issuer.bank) : { name: issuer.name, mark: markOf(issuer.name), accent: nobody };
  const paid = card.card === 'receipt' || card.card === 'parcel' ? card.purchase : undefined;
  const at = new Date(nowMs).toISOString();
  const asked = { card, face, ...(paid && { payer: faceOf(paid.bank) }), text: 'In words.', at, nowMs };
  return pictures.drawPicture({ ...asked, locale, timeZone: 'America/New_York', theme }, new AbortController().signal);
}

/** How many pixels of the picture have exactly that colour. */
async function pixelsOf({ png }: Picture, colour: string): Promise<number> {
  const { data } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const wanted = Number.parseInt(colour.slice(1), 16);
  let count = 0;
  for (let at = 0; at < data.length; at += 3) if (data.readUIntBE(at, 3) === wanted) count += 1;
  return count;
}

const made = (name: string): Card => madeMatters[name]?.card ?? assert.fail(name);
/** One of each kind; of the alert each that looks different. */
const some = ['alert-open', 'alert-unknown', 'freeze-confirmed', 'case-more', 'receipt-long', 'parcel-customs'];

test('each kind of card is drawn 800 pixels wide and as high as a phone, in both languages and themes', async () => {
  for (const name of some)
    for (const [locale, theme] of [
      ['en', 'dark'],
      ['es', 'light'],
    ] as const) {
      const { width, height } = await drawn(made(name), locale, theme);
      assert.equal(width, 800, name);
      assert.ok(height > 200 && height < 1500, `${name}: ${height}`);
    }
});

test('red stands in a picture while an alert asks and in no other, green once something is confirmed', async () => {
  const [red, green] = ['#b1241c', '#17693a'];
  const colours = async (name: string) => {
    const picture = await drawn(made(name));
    return { red: (await pixelsOf(picture, red)) > 100, green: (await pixelsOf(picture, green)) > 100 };
  };
  assert.deepEqual(await colours('alert-open'), { red: true, green: false });
  for (const name of ['alert-unknown', 'watch-open', 'freeze-refused', 'freeze-unknown', 'case-more', 'parcel-lost'])
    assert.deepEqual(await colours(name), { red: false, green: false }, name);
  for (const name of ['alert-frozen', 'freeze-confirmed', 'parcel-delivered'])
    assert.deepEqual(await colours(name), { red: false, green: true }, name);
});

test('whatever a shop or carrier writes is drawn as words', async () => {
  const hostile = '</svg><script>alert(1)</script>'.repeat(4);
  const receipt = made('receipt');
  const parcel = made('parcel');
  assert.ok(receipt.card === 'receipt' && parcel.card === 'parcel');
  for (const name of [hostile, 'W'.repeat(140), '東京ラーメン', 'a\u202eb', ' ']) {
    const lines = [{ title: name, quantity: 1.5, total: '1.00' }];
    const { height } = await drawn({ ...receipt, shop: name, number: name, lines });
    assert.ok(height < 1500, name);
    await drawn({ ...parcel, carrier: name, place: { name }, shop: name });
  }
});
