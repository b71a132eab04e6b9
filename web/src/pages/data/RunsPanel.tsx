import type { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'

import { Age } from '../../parts/Age'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { ChoiceFilter, Filters } from '../../parts/Filters'
import { Nothing, Quantity } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import { fileSize } from './progress'
import { type Import, type ImportState, type Kind, KINDS, STATES } from './queries'
import { StateBadge } from './StateBadge'
import { words } from './words'

const route = getRouteApi('/shell/data')

const KIND_CHOICES = KINDS.map((value) => ({ value, label: words.kinds[value] }))
const STATE_CHOICES = STATES.map((value) => ({ value, label: words.states[value] }))

const COLUMNS: readonly Column<Import>[] = [
  {
    id: 'file_name',
    header: 'File',
    minWidth: 200,
    cell: (row) => (
      <Link to="/data/imports/$importId" params={{ importId: row.id }} search={{}} className="font-medium hover:underline">
        {row.file_name}
      </Link>
    ),
  },
  { id: 'kind', header: 'Rows are', width: 116, cell: (row) => words.kinds[row.kind] },
  { id: 'state', header: 'State', width: 104, cell: (row) => <StateBadge state={row.state} /> },
  { id: 'size', header: 'Size', width: 76, align: 'right', cell: (row) => <span className="text-muted">{fileSize(row.bytes)}</span> },
  { id: 'read', header: 'Rows', width: 80, align: 'right', cell: (row) => <Counted of={row} count={row.counts.read} /> },
  { id: 'new', header: 'New', width: 80, align: 'right', cell: (row) => <Counted of={row} count={row.counts.new} /> },
  { id: 'changed', header: 'Changed', width: 84, align: 'right', cell: (row) => <Counted of={row} count={row.counts.changed} /> },
  { id: 'unchanged', header: 'Unchanged', width: 92, align: 'right', cell: (row) => <Counted of={row} count={row.counts.unchanged} /> },
  {
    id: 'rejected',
    header: 'Rejected',
    width: 84,
    align: 'right',
    cell: (row) => (
      <span className={row.counts.rejected > 0 ? 'font-medium text-bad' : ''}>
        <Counted of={row} count={row.counts.rejected} />
      </span>
    ),
  },
  { id: 'age', header: 'Age', width: 72, align: 'right', cell: (row) => <Age at={row.created_at} /> },
]

/** Before a check nothing was counted: that is not zero. */
function Counted({ of, count }: { of: Import; count: number }) {
  if (of.state === 'received') return <Nothing says="not counted yet" />
  return count === 0 ? <span className="text-muted">0</span> : <Quantity value={count} />
}

type RunsPanelProps = {
  runs: Pick<ReturnType<typeof useInfiniteQuery>, 'isPending' | 'error' | 'refetch' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
  rows: Import[]
}

/** All imports, newest first, by kind and state. */
export function RunsPanel({ runs, rows }: RunsPanelProps) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const isFiltered = search.kind !== undefined || search.state !== undefined
  const filter = (change: { kind?: Kind; state?: ImportState }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const empty = isFiltered ? (
    <EmptyState
      title={words.noneMatch}
      action={<Button onClick={() => filter({ kind: undefined, state: undefined })}>{words.clearFilter}</Button>}
    />
  ) : (
    <EmptyState title={words.noneYet}>{words.noneYetAbout}</EmptyState>
  )
  const filters = (
    <Filters active={isFiltered} onClear={() => filter({ kind: undefined, state: undefined })}>
      <ChoiceFilter label={words.kind} value={search.kind} choices={KIND_CHOICES} onChange={(kind) => filter({ ...search, kind })} />
      <ChoiceFilter label={words.state} value={search.state} choices={STATE_CHOICES} onChange={(state) => filter({ ...search, state })} />
    </Filters>
  )
  return (
    <Panel title={words.runs} actions={(rows.length > 0 || isFiltered) && filters} flush className="min-h-72 flex-1">
      {runs.error ? (
        <div className="p-4">
          <Problem error={runs.error} onRetry={() => void runs.refetch()} />
        </div>
      ) : (
        <DataTable
          label={words.runs}
          rows={rows}
          columns={COLUMNS}
          rowId={(row) => row.id}
          rowName={(row) => row.file_name}
          loading={runs.isPending}
          empty={empty}
          onOpen={(row) => void navigate({ to: '/data/imports/$importId', params: { importId: row.id }, search: {} })}
          onEndReached={() => {
            if (runs.hasNextPage && !runs.isFetchingNextPage) void runs.fetchNextPage()
          }}
        />
      )}
    </Panel>
  )
}
