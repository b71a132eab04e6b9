import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useMemo } from 'react'

import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { date } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Page } from '../../parts/Page'
import { Panel } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import { Actor } from './Actor'
import { AuditFilters } from './AuditFilters'
import { ChangeText } from './ChangeText'
import { EntryDialog } from './EntryDialog'
import { type AuditSearch, type Entry, exportAddress, inWords, isFiltered } from './filtering'
import { entriesQuery } from './queries'
import { words } from './words'

const route = getRouteApi('/shell/audit')

const COLUMNS: readonly Column<Entry>[] = [
  { id: 'at', header: words.when, width: 156, cell: (row) => <time dateTime={row.at}>{date(row.at)}</time> },
  { id: 'who', header: words.who, width: 150, cell: (row) => <Actor entry={row} /> },
  { id: 'what', header: words.what, width: 190, cell: (row) => <span className="font-medium">{inWords(row.event)}</span> },
  { id: 'on', header: words.on, width: 116, cell: (row) => <span className="text-muted">{row.subject_kind.replaceAll('_', ' ')}</span> },
  { id: 'change', header: words.change, minWidth: 240, cell: (row) => <ChangeText entry={row} /> },
  { id: 'reason', header: words.reason, width: 180, cell: (row) => row.reason ?? <Nothing says="no reason given" /> },
]

/** Who did what, newest first: by subject area, by whom, by day; each entry opens whole, and all can be taken along. */
export function AuditPage() {
  const { entry, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const entries = useInfiniteQuery(entriesQuery(search))
  const rows = useMemo(() => entries.data?.pages.flatMap((page) => page.items) ?? [], [entries.data])
  const filter = (change: Partial<AuditSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const clear = () => void navigate({ search: {}, replace: true })
  const empty = isFiltered(search) ? (
    <EmptyState title={words.noneMatch} action={<Button onClick={clear}>{words.clearFilter}</Button>} />
  ) : (
    <EmptyState title={words.noneYet}>{words.noneYetAbout}</EmptyState>
  )
  return (
    <Page title={words.title} about={words.about} actions={<Exports search={search} />} fills>
      <AuditFilters search={search} onFilter={filter} onClear={clear} />
      <Panel flush className="min-h-72 flex-1">
        {entries.error ? (
          <div className="p-4">
            <Problem error={entries.error} onRetry={() => void entries.refetch()} />
          </div>
        ) : (
          <DataTable
            label={words.entries}
            rows={rows}
            columns={COLUMNS}
            rowId={(row) => String(row.id)}
            rowName={(row) => inWords(row.event)}
            loading={entries.isPending}
            empty={empty}
            onOpen={(row) => filter({ entry: row.id })}
            onEndReached={() => {
              if (entries.hasNextPage && !entries.isFetchingNextPage) void entries.fetchNextPage()
            }}
          />
        )}
      </Panel>
      {entry !== undefined && <EntryDialog id={entry} onClose={() => filter({ entry: undefined })} />}
    </Page>
  )
}

/** The entries that match as a file of one kind or another. */
function Exports({ search }: { search: AuditSearch }) {
  return (
    <div className="flex h-8 items-center rounded-6 border border-line bg-surface text-13 font-medium">
      <span className="flex items-center gap-1.5 pr-1 pl-3 text-muted" title={isFiltered(search) ? words.exportFiltered : words.exportAll}>
        <Download size={14} aria-hidden /> {words.export}
      </span>
      {Object.entries(words.exportAs).map(([format, name]) => (
        <a key={format} href={exportAddress(search, format)} download aria-label={`${words.export} ${name}`} className="flex h-full items-center rounded-6 px-2.5 hover:bg-hover">
          {name}
        </a>
      ))}
    </div>
  )
}
