import { useMe } from '../../api/me'
import { Page } from '../../parts/Page'
import { words } from './words'

/** What needs somebody today. */
export function DashboardPage() {
  const me = useMe()
  return <Page title={words.title} about={me.tenant.name}>{null}</Page>
}
