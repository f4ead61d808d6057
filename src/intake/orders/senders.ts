/** How a shop is set up: who it is, and the secrets by which it signs. Of two secrets either counts, while one is replaced. */
export interface ShopSettings {
  /** Lower case with hyphens; stands in its address, and never changes. */
  readonly id: string;
  readonly name: string;
  /** What people are called to when something is wrong with an order. */
  readonly contact?: string | undefined;
  /** Two letters for its round mark, and its colours. */
  readonly mark?: string | undefined;
  readonly accent?: { readonly light: string; readonly dark: string } | undefined;
  /** The client secret of its Shopify app. */
  readonly shopify?: readonly string[] | undefined;
  /** The secrets of its WooCommerce webhooks. */
  readonly woocommerce?: readonly string[] | undefined;
  /** Of Standard Webhooks: `whsec_…`, or an Ed25519 public key as PEM or `whpk_…`. */
  readonly signing?: readonly string[] | undefined;
}

/** How a carrier is set up. */
export interface CarrierSettings {
  readonly id: string;
  readonly name: string;
  /** The secrets of EasyPost’s webhooks. */
  readonly easypost?: readonly string[] | undefined;
  /** Where it is asked to tell of a parcel that somebody follows by its number; EasyPost's API, and its key. */
  readonly api?: { readonly url: string; readonly key: string } | undefined;
  readonly signing?: readonly string[] | undefined;
}

/** Shops and carriers that may send. */
export interface OrderSenders {
  readonly shops: readonly ShopSettings[];
  readonly carriers: readonly CarrierSettings[];
}

/** Nobody sends anything. */
export const noOrderSenders: OrderSenders = { shops: [], carriers: [] };
