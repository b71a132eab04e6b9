import { Page } from '../../parts/Page'

export function PoliciesPage() {
  return <Page title="Policies">{null}</Page>
}
