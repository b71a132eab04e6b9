import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'

import { useMe } from '../../api/me'
import { AccuracyTable } from '../../parts/AccuracyTable'
import { Badge } from '../../parts/Badge'
import { Choice } from '../../parts/Choice'
import { EmptyState } from '../../parts/EmptyState'
import { Page } from '../../parts/Page'
import { Panel } from '../../parts/Panel'
import { accuracyQuery, type Period, PERIODS } from './queries'
import { spokenOf, summary } from './summary'
import { words } from './words'

const route = getRouteApi('/shell/accuracy')
const OPTIONS = PERIODS.map((id) => ({ id, label: words.periods[id] }))

/** Whether forecasts can be relied on: what was expected, held against what was sold. */
export function AccuracyPage() {
  const { period = '1y' } = route.useSearch()
  const navigate = route.useNavigate()
  const choose = (next: Period) => void navigate({ search: { period: next }, replace: true })
  return (
    <Page title={words.title} about={<About period={period} />} actions={<Choice label={words.period} value={period} options={OPTIONS} onChange={choose} />}>
      <Panel title={words.table} actions={<Simulated />}>
        <CameOut period={period} />
      </Panel>
      <Panel title={words.reading}>
        <dl className="grid grid-cols-[max-content_minmax(0,65ch)] gap-x-6 gap-y-2 text-13">
          {words.readings.map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="font-medium">{name}</dt>
              <dd className="text-muted">{text}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 max-w-[80ch] text-12 text-muted">{words.kept}</p>
      </Panel>
    </Page>
  )
}

/** The answer in a sentence, as soon as there is one. */
function About({ period }: { period: Period }) {
  const spoken = spokenOf(useQuery(accuracyQuery(period)).data?.items ?? [])
  return <>{spoken ? summary(spoken) : words.about}</>
}

function Simulated() {
  return useMe().tenant.simulated ? <Badge>{words.simulated}</Badge> : null
}

function CameOut({ period }: { period: Period }) {
  const { items } = useSuspenseQuery(accuracyQuery(period)).data
  if (items.length > 0) return <AccuracyTable items={items} />
  if (period === '1y') return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>
  return <EmptyState title={words.noneWithin}>{words.noneWithinAbout}</EmptyState>
}
