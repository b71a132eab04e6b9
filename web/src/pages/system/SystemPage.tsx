import { useQuery } from '@tanstack/react-query'

import { date } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Panel } from '../../parts/Panel'
import { JobsPanel } from './JobsPanel'
import { LoopsPanel } from './LoopsPanel'
import { ParkedPanel } from './ParkedPanel'
import { ProcessPanel } from './ProcessPanel'
import { processQuery, requestsQuery } from './queries'
import { RouteTable } from './RouteTable'
import { SystemFigures } from './SystemFigures'
import { words } from './words'


/** How the program is doing: what it serves and how quickly, what waits, what failed. */
export function SystemPage() {
  return (
    <Page title={words.title} about={<About />}>
      <SystemFigures />
      <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_minmax(300px,26%)]">
        <div className="flex min-w-0 flex-col gap-4">
          <JobsPanel />
          <Panel title={words.routes} flush>
            <RouteTable />
          </Panel>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title={words.parked}>
            <ParkedPanel />
          </Panel>
          <Panel title={words.loops}>
            <LoopsPanel />
          </Panel>
          <ProcessPanel />
        </div>
      </div>
    </Page>
  )
}

function About() {
  const process = useQuery(processQuery).data
  const requests = useQuery(requestsQuery).data
  if (!process || !requests) return null
  const whose = requests.whole_installation ? words.whole : words.ownShop
  return (
    <>
      {words.version} {process.version} · {words.since} {date(process.started_at)} · {whose}
    </>
  )
}
