/** The market's state in its address, and what of the offers it shows. Pure. */
import { oneOf, text } from '../../parts/search'
import type { Offer } from './queries'

export const TABS = ['offers', 'matches', 'rivals'] as const
export const STOCKS = ['in_stock', 'out_of_stock', 'unknown'] as const
export const ONLY = ['cheaper', 'promotion', 'matched', 'unmatched'] as const
export const MATCH_STATES = ['review', 'unmatched', 'confirmed', 'rejected'] as const
export type MarketSearch = {
  tab?: (typeof TABS)[number]
  q?: string
  rival?: string
  stock?: (typeof STOCKS)[number]
  only?: (typeof ONLY)[number]
  state?: (typeof MATCH_STATES)[number]
  open?: string
}

export function readSearch(raw: Record<string, unknown>): MarketSearch {
  const state = oneOf(raw, 'state', MATCH_STATES)
  return {
    tab: oneOf(raw, 'tab', TABS) ?? (state && 'matches'),
    q: text(raw, 'q'),
    rival: text(raw, 'rival'),
    stock: oneOf(raw, 'stock', STOCKS),
    only: oneOf(raw, 'only', ONLY),
    state,
    open: text(raw, 'open'),
  }
}

/** The offers of a filter. */
export function shown<Shown extends Offer & { against?: number | null }>(offers: readonly Shown[], { q, rival, stock, only }: MarketSearch): readonly Shown[] {
  const wanted = q?.toLowerCase()
  return offers.filter((offer) => {
    if (rival !== undefined && offer.competitor_id !== rival) return false
    if (stock !== undefined && offer.availability !== stock) return false
    if (only === 'cheaper' && (offer.availability !== 'in_stock' || (offer.against ?? 0) >= 0)) return false
    if (only === 'promotion' && !offer.promotion) return false
    if (only === 'matched' && offer.product_id === null) return false
    if (only === 'unmatched' && offer.product_id !== null) return false
    return wanted === undefined || [offer.title, offer.brand, offer.gtin].some((part) => part?.toLowerCase().includes(wanted))
  })
}
