export {
  createPictureAddresses,
  faceOf,
  type PictureAddresses,
  type PictureAddressParts,
  type PictureOf,
} from './addresses.ts';
export { createPictures, type DrawerOptions, type Pictures } from './drawers.ts';
export { canDraw, type DrawnCard, type Face, type Picture, type PictureRequest, type Theme } from './picture.ts';
