import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useState } from 'react'

import { number } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Tabs } from '../../parts/Tabs'
import { Gain } from './Gain'
import { HaltedBar } from './HaltedBar'
import { STATES, totalsQuery, unpricedQuery } from './queries'
import type { ProposalSearch, TabName } from './search'
import { TabContent } from './TabContent'
import { UnpricedTab } from './UnpricedTab'
import { words } from './words'

const route = getRouteApi('/shell/proposals')

/** Which prices wait for a decision, and why they are what they are. */
export function ProposalsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tab: TabName = search.tab ?? 'waiting'
  const change = useCallback(
    (next: Partial<ProposalSearch>, replace = true) => void navigate({ search: (now) => ({ ...now, ...next }), replace }),
    [navigate],
  )
  const open = (next: string) => change({ tab: next === 'waiting' ? undefined : (next as TabName), open: undefined }, false)
  const [slot, setSlot] = useState<HTMLElement | null>(null)
  return (
    <Page title={words.title} about={<Summary />} actions={<div ref={setSlot} className="flex flex-wrap gap-2" />} fills>
      <HaltedBar />
      <Tabs label={words.tabs} value={tab} onChange={open} tabs={useTabs()} className="-mt-2 shrink-0" />
      {tab === 'unpriced' ? (
        <UnpricedTab search={search} change={change} />
      ) : (
        <TabContent key={tab} slot={slot} tab={tab} search={search} change={change} />
      )}
    </Page>
  )
}

function useTabs() {
  const totals = useQuery(totalsQuery).data
  const unpriced = useQuery(unpricedQuery).data
  const count = (tab: keyof typeof STATES) =>
    totals ? number(totals.filter((total) => STATES[tab].includes(total.state)).reduce((sum, total) => sum + total.proposals, 0)) : null
  return [
    { id: 'waiting', label: words.waiting, count: count('waiting') },
    { id: 'approved', label: words.approved, count: count('approved') },
    { id: 'live', label: words.live, count: count('live') },
    { id: 'closed', label: words.closed, count: count('closed') },
    { id: 'unpriced', label: words.unpriced, count: unpriced ? `${number(unpriced.count)}${unpriced.more ? '+' : ''}` : null },
  ]
}

/** The page's answer in one line: how many wait, and what they are expected to bring. */
function Summary() {
  const { data } = useQuery(totalsQuery)
  if (!data) return <span>{words.loading}</span>
  const waiting = data.filter((total) => total.state === 'proposed')
  if (waiting.length === 0) return <span>{words.allDecided}</span>
  return (
    <span className="flex flex-wrap gap-x-3">
      {waiting.map((total) => {
        const [low = '0', middle = '0', high = '0'] = total.gain
        return (
          <span key={total.currency} className="figures">
            {number(total.proposals)} waiting · {words.expectedProfit}{' '}
            <Gain gain={total.expected > 0 ? { low, middle, high } : null} currency={total.currency} interval /> {words.aWeek}
            {total.expected > 0 && total.expected < total.proposals && `, known for ${number(total.expected)}`}
          </span>
        )
      })}
    </span>
  )
}
