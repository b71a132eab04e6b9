/** How offers stand against our own prices, one by one and rival by rival. Pure. */
import type { Offer, OurProduct } from './queries'

/** Our prices by product, with their currency. */
export type OurPrices = ReadonlyMap<string, Pick<OurProduct, 'price' | 'currency'>>

const UNSEEN_MS = 7 * 86_400_000

/**
 * Their price with shipping over ours, less one; null without our product, a price of both, or a common currency, and for
 * what was not seen for seven days: it is nobody's price any more, as on the dashboard.
 */
export function against(offer: Offer, ours: OurPrices, now: number): number | null {
  if (now - Date.parse(offer.seen_at) > UNSEEN_MS) return null
  const own = offer.product_id === null ? undefined : ours.get(offer.product_id)
  const theirs = Number(offer.delivered ?? offer.price)
  if (!own || own.price === null || own.currency !== offer.currency || Number(own.price) === 0 || theirs === 0) return null
  return theirs / Number(own.price) - 1
}

export type Stand = {
  matched: number
  /** Matched offers in stock that can be compared, and how many of them are below our price. */
  compared: number
  cheaper: number
  promotions: number
  /** Our prices over theirs on average, times 100, as on the dashboard; null where nothing can be compared. */
  index: number | null
  newest: string | null
}

const NOTHING: Stand = { matched: 0, compared: 0, cheaper: 0, promotions: 0, index: null, newest: null }

/** What the offers of each rival come to. */
export function standings(offers: readonly Offer[], ours: OurPrices, now: number): ReadonlyMap<string, Stand> {
  const found = new Map<string, Stand>()
  const sums = new Map<string, number>()
  for (const offer of offers) {
    const rival = offer.competitor_id
    const stand = found.get(rival) ?? NOTHING
    const share = offer.availability === 'in_stock' ? against(offer, ours, now) : null
    const sum = (sums.get(rival) ?? 0) + (share === null ? 0 : 1 / (1 + share))
    const compared = stand.compared + (share === null ? 0 : 1)
    sums.set(rival, sum)
    found.set(rival, {
      matched: stand.matched + (offer.product_id === null ? 0 : 1),
      compared,
      cheaper: stand.cheaper + (share !== null && share < 0 ? 1 : 0),
      promotions: stand.promotions + (offer.promotion ? 1 : 0),
      index: compared === 0 ? null : (sum / compared) * 100,
      newest: stand.newest === null || offer.seen_at > stand.newest ? offer.seen_at : stand.newest,
    })
  }
  return found
}
