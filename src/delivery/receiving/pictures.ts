import { limits, newId, turns, type Branded } from '#base';
import { sql, type Transaction } from '#db';
import type { Vault } from '#vault';
import type { MetPerson, PictureTaken } from './arrivals.ts';

/** Kinds of pictures by their first bytes; what somebody calls a file is not asked. */
const beginnings: readonly (readonly [number, string])[] = [
  [0, 'ffd8ff'],
  [0, '89504e470d0a1a0a'],
  [0, '474946383761'],
  [0, '474946383961'],
  [8, '57454250'],
];

/** JPEG, PNG, GIF or WebP by its own bytes. */
function isPicture(bytes: Buffer): boolean {
  return beginnings.some(([at, hex]) => bytes.subarray(at, at + hex.length / 2).toString('hex') === hex);
}

const oneOfFew = turns(limits.picturesAtOnceMax);

/**
 * Decodes a picture and encodes it anew as WebP, so that nothing is kept but what it shows: no place, no
 * telephone, nothing behind the picture. A few at once, with bounds for pixels and time: a picture of a few bytes
 * may unfold into billions of pixels.
 */
export async function encodeAnew(bytes: Buffer): Promise<PictureTaken> {
  if (bytes.length > limits.pictureBytesMax) return { taken: false, why: 'too-large' };
  if (!isPicture(bytes)) return { taken: false, why: 'not-a-picture' };
  return oneOfFew(async () => {
    const { default: sharp } = await import('sharp');
    const side = limits.pictureSideMax;
    try {
      const picture = sharp(bytes, {
        limitInputPixels: limits.picturePixelsMax,
        failOn: 'error',
        pages: 1,
        sequentialRead: true,
      })
        .timeout({ seconds: limits.pictureSecondsMax })
        .rotate()
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 82 });
      return { taken: true, bytes: await picture.toBuffer() };
    } catch {
      // Its own error may quote the file. Whatever is wrong with it, it is no picture that can be kept.
      return { taken: false, why: 'not-a-picture' };
    }
  });
}

/** Smaller and smaller, until a bank takes it: the profile of card controls has no room for more. */
const sizes = [limits.pictureSideMax, 1400, 1000] as const;

/**
 * A picture that was taken, as banks take it: JPEG, which they name in docs/card-control-api.md. Nothing but what it
 * shows is in it, as nothing else is in the bytes that it is made from.
 */
export async function pictureForBank(taken: Buffer): Promise<Buffer> {
  return oneOfFew(async () => {
    const { default: sharp } = await import('sharp');
    let jpeg = taken;
    for (const side of sizes) {
      jpeg = await sharp(taken)
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: 82 })
        .toBuffer();
      if (jpeg.length <= limits.casePictureSentBytesMax) break;
    }
    return jpeg;
  });
}

/** Keeps a picture that was taken, under its customer's conversation key. */
export async function keepPicture(
  tx: Transaction,
  vault: Vault,
  { customerId, identityId }: MetPerson,
  bytes: Buffer,
  nowMs: number,
): Promise<void> {
  const mediaId = newId<Branded<'MediaId'>>();
  const sealer = await vault.customerSealer(tx, customerId, 'conversation');
  const sealed = sealer.seal('channel_media.picture', mediaId, {
    type: 'image/webp',
    base64: bytes.toString('base64'),
  });
  await tx.execute(sql`insert into channel_media (media_id, identity_id, customer_id, sealed, at)
    values (${mediaId}, ${identityId}, ${customerId}, ${sealed}, ${new Date(nowMs)})`);
}
