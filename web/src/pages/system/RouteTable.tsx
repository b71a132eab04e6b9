import { useQuery } from '@tanstack/react-query'

import { EmptyState } from '../../parts/EmptyState'
import { Nothing, Quantity } from '../../parts/Money'
import { type Column, DataTable } from '../../parts/table'
import { requestsQuery, type Route } from './queries'
import { duration } from './traffic'
import { words } from './words'

const COLUMNS: readonly Column<Route>[] = [
  {
    id: 'route',
    header: words.route,
    minWidth: 200,
    sort: (row) => row.route,
    cell: (row) => (
      <code className="block truncate text-12" title={row.route}>
        <span className="text-muted">{row.method}</span> {row.route}
      </code>
    ),
  },
  { id: 'requests', header: words.requests, width: 88, align: 'right', greatestFirst: true, sort: (row) => row.requests, cell: (row) => <Quantity value={row.requests} /> },
  {
    id: 'errors',
    header: words.errors,
    width: 76,
    align: 'right',
    greatestFirst: true,
    sort: (row) => row.errors,
    cell: (row) => <span className={row.errors > 0 ? 'font-medium text-bad' : 'text-muted'}>{row.errors}</span>,
  },
  { id: 'refused', header: words.refused, width: 80, align: 'right', greatestFirst: true, sort: (row) => row.refused, cell: (row) => <span className="text-muted">{row.refused}</span> },
  { id: 'p50', header: words.median, width: 84, align: 'right', greatestFirst: true, sort: (row) => row.latency?.p50_ms, cell: (row) => duration(row.latency?.p50_ms) ?? <Nothing /> },
  { id: 'p95', header: words.p95, width: 92, align: 'right', greatestFirst: true, sort: (row) => row.latency?.p95_ms, cell: (row) => duration(row.latency?.p95_ms) ?? <Nothing /> },
]
const BUSIEST_FIRST = { id: 'requests', descending: true }
const NONE: Route[] = []

/** Each address with what it served, the busiest first. */
export function RouteTable() {
  const requests = useQuery(requestsQuery)
  // The figures above say what failed, and offer to try again.
  if (requests.error && !requests.data) return <p className="px-4 pb-4 text-13 text-muted">{words.notRead}</p>
  return (
    <DataTable
      label={words.routes}
      rows={requests.data?.routes ?? NONE}
      columns={COLUMNS}
      rowId={(row) => `${row.method} ${row.route}`}
      sort={BUSIEST_FIRST}
      loading={requests.isPending}
      empty={<EmptyState title={words.noRequests} />}
      keys={false}
      className="max-h-96"
    />
  )
}
