/** Which products of ours an offer may be, by the words that both are called by. For a person to look at, never a match. Pure. */
import type { Offer, OurProduct } from './queries'

export type Candidate = { product: OurProduct; share: number }

const MOST = 3
/** Half of what an offer is called by is also ours. */
const LEAST = 0.5
const JOINED = /[-–./]/g

/** The words of a text; `LP-194` and `LP194` are one word, however it is written. */
export function wordsOf(text: string): Set<string> {
  const found = text.toLowerCase().replaceAll(JOINED, '').match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set(found.filter((word) => word.length > 1))
}

/** A word with letters and digits is a model's name, and says more than all the others. */
function weightOf(word: string): number {
  return /\d/.test(word) && /\p{L}/u.test(word) ? 4 : 1
}

/** Up to three products, the likeliest first, with the share of the offer's words that they have. */
export function candidatesFor(offer: Pick<Offer, 'title' | 'brand'>, products: Iterable<OurProduct>): Candidate[] {
  const wanted = [...wordsOf(`${offer.brand ?? ''} ${offer.title ?? ''}`)]
  const all = wanted.reduce((sum, word) => sum + weightOf(word), 0)
  if (all === 0) return []
  const found: Candidate[] = []
  for (const product of products) {
    const ours = wordsOf(`${product.brand ?? ''} ${product.name}`)
    const share = wanted.reduce((sum, word) => sum + (ours.has(word) ? weightOf(word) : 0), 0) / all
    if (share >= LEAST) found.push({ product, share })
  }
  return found.toSorted((a, b) => b.share - a.share || a.product.sku.localeCompare(b.product.sku)).slice(0, MOST)
}
