import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'

import { counted } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Tabs } from '../../parts/Tabs'
import { MatchesTab } from './MatchesTab'
import { OffersTab } from './OffersTab'
import { matchesQuery, offersQuery, rivalsQuery } from './queries'
import { RivalsTab } from './RivalsTab'
import { type MarketSearch, TABS } from './search'
import { words } from './words'

const route = getRouteApi('/shell/market')
export type TabProps = { search: MarketSearch; onChange: (change: Partial<MarketSearch>) => void }

/** Rivals: what they ask, which of their offers are our products, and whose offers count. */
export function MarketPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const offers = useQuery(offersQuery).data
  const rivals = useQuery(rivalsQuery).data
  const review = useQuery(matchesQuery('review')).data
  const { tab = 'offers' } = search
  const onChange = (change: Partial<MarketSearch>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const counts = { offers: undefined, matches: review?.items.length, rivals: rivals?.items.length }
  const content = { offers: OffersTab, matches: MatchesTab, rivals: RivalsTab }
  const promoted = offers?.items.filter((offer) => offer.promotion).length ?? 0
  return (
    <Page
      title={words.title}
      about={offers && rivals ? `${counted(offers.items.length, 'offer')} of ${counted(rivals.items.length, 'rival')}, ${counted(promoted, 'promotion')}${offers.more ? `; ${words.stillMore}` : ''}` : null}
      fills
    >
      <Tabs
        label={words.tabsLabel}
        value={tab}
        onChange={(next) => onChange({ tab: TABS.find((one) => one === next), open: undefined })}
        className="flex-1"
        tabs={TABS.map((name) => {
          const Content = content[name]
          return { id: name, label: words.tabs[name], count: counts[name], content: name === tab && <Content search={search} onChange={onChange} /> }
        })}
      />
    </Page>
  )
}
