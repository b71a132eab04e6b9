import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'

import { useLive } from '../../api/useLive'
import { decimal } from '../../parts/decimal'
import { counted, money, number } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Tabs } from '../../parts/Tabs'
import { HaltedBar } from './HaltedBar'
import { holdsQuery, proposalsQuery } from './queries'
import type { ProposalSearch, TabName } from './search'
import { movesText } from './stake'
import { TabContent } from './TabContent'
import { UnpricedTab } from './UnpricedTab'
import { useProposals } from './useProposals'
import { words } from './words'

const route = getRouteApi('/shell/proposals')
const TOPICS = ['proposals', 'prices'] as const

/** Which prices wait for a decision, and why they are what they are. */
export function ProposalsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tab: TabName = search.tab ?? 'waiting'
  useLive(TOPICS)
  const change = useCallback(
    (next: Partial<ProposalSearch>, replace = true) => void navigate({ search: (now) => ({ ...now, ...next }), replace }),
    [navigate],
  )
  const open = (next: string) => change({ tab: next === 'waiting' ? undefined : (next as TabName), open: undefined }, false)
  return (
    <Page title={words.title} about={<Summary search={search} />} fills>
      <HaltedBar />
      <Tabs label={words.tabs} value={tab} onChange={open} tabs={useTabs()} className="-mt-2 shrink-0" />
      {tab === 'unpriced' ? (
        <UnpricedTab search={search} change={change} />
      ) : (
        <TabContent key={tab} tab={tab} search={search} change={change} />
      )}
    </Page>
  )
}

function useTabs() {
  const waiting = useQuery(proposalsQuery('waiting')).data
  const approved = useQuery(proposalsQuery('approved')).data
  const holds = useQuery(holdsQuery).data
  const count = (list: { items: unknown[]; more: boolean } | undefined) =>
    list ? `${number(list.items.length)}${list.more ? '+' : ''}` : null
  return [
    { id: 'waiting', label: words.waiting, count: count(waiting) },
    { id: 'approved', label: words.approved, count: count(approved) },
    { id: 'live', label: words.live },
    { id: 'closed', label: words.closed },
    { id: 'unpriced', label: words.unpriced, count: count(holds) },
  ]
}

/** The page's answer in one line: how many wait, and what they move. */
function Summary({ search }: { search: ProposalSearch }) {
  const { all, loading } = useProposals('waiting', search, true)
  if (loading) return <span>{words.loading}</span>
  const [first] = all
  if (!first) return <span>{words.allDecided}</span>
  const text = (value: bigint) => money(decimal(value), first.currency, { whole: true, signed: true })
  return (
    <span className="figures">
      {counted(all.length, 'price')} waiting · they move {movesText(all, text)} of sales a week at the volume of the last 28 days
    </span>
  )
}
