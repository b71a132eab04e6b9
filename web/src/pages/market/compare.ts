/** Their offer and our product side by side, with what differs. Pure. */
import type { Offer, Product } from './queries'

export type Side = { field: string; theirs: string | null; ours: string | null; differs: boolean }

/** The same but for case, spaces and punctuation. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

function side(field: string, theirs: string | null, ours: string | null): Side {
  return { field, theirs, ours, differs: theirs !== null && ours !== null && plain(theirs) !== plain(ours) }
}

/** What can be compared; a field that one side does not say is no difference. Prices never are: they are to differ. */
export function compare(offer: Offer, product: Product | null, write: (amount: string, currency: string) => string): Side[] {
  const price = product?.price ?? null
  return [
    side('name', offer.title, product?.name ?? null),
    side('brand', offer.brand, product?.brand ?? null),
    side('gtin', offer.gtin, product?.gtin ?? null),
    side('mpn', offer.mpn, product?.mpn ?? null),
    side('pack', offer.pack_quantity === 1 ? null : String(offer.pack_quantity), offer.pack_quantity === 1 ? null : '1'),
    side('condition', offer.condition === 'unknown' ? null : offer.condition, offer.condition === 'unknown' ? null : 'new'),
    { field: 'price', theirs: write(offer.price, offer.currency), ours: product && price !== null ? write(price, product.currency) : null, differs: false },
  ].filter((one) => one.theirs !== null || one.ours !== null)
}
