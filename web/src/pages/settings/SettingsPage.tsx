import { getRouteApi } from '@tanstack/react-router'

import { useMay } from '../../api/me'
import { Page } from '../../parts/Page'
import { Guarded } from '../../parts/Panel'
import { type Tab, Tabs } from '../../parts/Tabs'
import { PeopleTab } from './PeopleTab'
import { RolesTab } from './RolesTab'
import { ShopTab } from './ShopTab'
import { TABS } from './route'
import { TokensTab } from './TokensTab'
import { words } from './words'
import { YouTab } from './YouTab'

const route = getRouteApi('/shell/settings')

const NEEDS: Partial<Record<(typeof TABS)[number], string>> = {
  tokens: 'tokens:own',
  shop: 'tenant:read',
  people: 'users:read',
  roles: 'users:read',
}

const CONTENTS = { you: YouTab, tokens: TokensTab, shop: ShopTab, people: PeopleTab, roles: RolesTab }

/** What a person sets for oneself, and who may what in the shop. */
export function SettingsPage() {
  const { tab = 'you' } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay()
  const tabs = TABS.filter((id) => NEEDS[id] === undefined || may(NEEDS[id])).map((id): Tab => {
    const Content = CONTENTS[id]
    return {
      id,
      label: words.tabs[id],
      content: (
        <Guarded>
          <Content />
        </Guarded>
      ),
    }
  })
  return (
    <Page title={words.title}>
      <Tabs label={words.title} tabs={tabs} value={tab} onChange={(id) => void navigate({ search: { tab: TABS.find((one) => one === id) } })} />
    </Page>
  )
}
