import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'

import { asProblem } from '../../api/problem'
import { date } from '../../parts/format'
import { EmptyState } from '../../parts/EmptyState'
import { Page } from '../../parts/Page'
import { Panel, Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Lineage, lineageQuery } from './queries'
import { TracedSteps } from './TracedSteps'
import { valueText } from './tracing'
import { fieldName, words } from './words'

const route = getRouteApi('/shell/data/lineage')

/** Where a stored row came from: the file and row, what was done with each cell, and what the row was before. */
export function LineagePage() {
  const { kind, key } = route.useSearch()
  const found = useQuery({ ...lineageQuery(kind, key), enabled: key !== '' })
  const stored = found.data?.stored as Record<string, unknown> | undefined
  const name = valueText(stored?.name) ?? valueText(stored?.sku) ?? words.kinds[kind]
  return (
    <Page title={words.lineageTitle} about={name}>
      {key === '' && <EmptyState title={words.lineageAbout} />}
      {key !== '' && found.isPending && <Skeleton lines={8} />}
      {found.error &&
        (isGone(found.error) ? (
          <EmptyState title={words.noFile}>{words.noFileAbout}</EmptyState>
        ) : (
          <Problem error={found.error} onRetry={() => void found.refetch()} />
        ))}
      {found.data && <Story lineage={found.data} />}
    </Page>
  )
}

/** Rows that were made by hand or by the simulation, or whose import was deleted, have no file to show. */
function isGone(error: unknown): boolean {
  return asProblem(error).status === 404
}

function Story({ lineage }: { lineage: Lineage }) {
  const { origin, overwritten } = lineage
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] items-start gap-4">
      <Panel
        title={words.origin}
        aside={
          origin && (
            <>
              <Link to="/data/imports/$importId" params={{ importId: origin.import_id }} search={{ row: origin.row }} className="text-accent hover:underline">
                {origin.file_name}, row {origin.row}
              </Link>
              , {date(origin.received_at)}
            </>
          )
        }
      >
        {origin ? <TracedSteps traced={origin} /> : <p className="text-13 text-muted">{words.noOrigin}</p>}
      </Panel>
      <div className="flex flex-col gap-4">
        <Panel title={words.stored}>
          <Values values={lineage.stored as Record<string, unknown>} />
        </Panel>
        {overwritten.map((each) => (
          <Panel
            key={`${each.import_id} ${each.at}`}
            title={words.overwritten}
            aside={
              <Link to="/data/imports/$importId" params={{ importId: each.import_id }} search={{}} className="text-accent hover:underline">
                {each.at ? `replaced ${date(each.at)}` : 'replaced'}
              </Link>
            }
          >
            <Values values={each.before as Record<string, unknown>} />
          </Panel>
        ))}
      </div>
    </div>
  )
}

const INNER = new Set(['id', 'tenant_id', 'import_id', 'row_number', 'normalised_sku', 'version'])

function Values({ values }: { values: Record<string, unknown> }) {
  const shown = Object.entries(values).filter(([name, value]) => !INNER.has(name) && valueText(value) !== null)
  return (
    <dl className="grid grid-cols-[140px_minmax(0,1fr)] gap-x-3 gap-y-1 text-13">
      {shown.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{fieldName(name)}</dt>
          <dd className="break-words">{valueText(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
