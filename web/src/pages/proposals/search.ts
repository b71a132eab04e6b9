import { oneOf, text } from '../../parts/search'

export const TABS = ['waiting', 'approved', 'live', 'closed', 'unpriced'] as const
export type TabName = (typeof TABS)[number]
export const SORTS = ['stake', 'change', 'confidence', 'product', 'newest'] as const

/** The page's state, all of it in the address. */
export type ProposalSearch = {
  tab?: TabName
  q?: string
  sure?: 'high' | 'low'
  move?: 'up' | 'down'
  limit?: string
  run?: string
  product?: string
  open?: string
}

/** The program names states in its links; the page shows them by tab. */
function tabOf(state: unknown): TabName | undefined {
  switch (state) {
    case 'approved':
    case 'sent':
    case 'unknown':
      return 'approved'
    case 'confirmed':
      return 'live'
    case 'failed':
    case 'rejected':
    case 'expired':
    case 'rolled_back':
      return 'closed'
    default:
      return undefined
  }
}

export function readSearch(raw: Record<string, unknown>): ProposalSearch {
  return {
    tab: oneOf(raw, 'tab', TABS) ?? tabOf(raw.state),
    q: text(raw, 'q'),
    sure: oneOf(raw, 'sure', ['high', 'low']),
    move: oneOf(raw, 'move', ['up', 'down']),
    limit: text(raw, 'limit'),
    run: text(raw, 'run'),
    product: text(raw, 'product'),
    open: text(raw, 'open'),
  }
}
