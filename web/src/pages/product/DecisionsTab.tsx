import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Badge, type Tone } from '../../parts/Badge'
import { EmptyState } from '../../parts/EmptyState'
import { date, ppm } from '../../parts/format'
import { Money } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import type { TabProps } from './ProductPage'
import { decisionsQuery, type Proposal } from './queries'
import { words } from './words'

const TONES: Record<string, Tone> = { proposed: 'warn', approved: 'accent', sent: 'accent', confirmed: 'good', failed: 'bad', unknown: 'bad' }
const NONE: readonly Proposal[] = []
const COLUMNS: readonly Column<Proposal>[] = [
  {
    id: 'when',
    header: words.when,
    width: 172,
    cell: (row) => (
      <Link to="/proposals" search={{ product: row.product_id, tab: tabOf(row.state), open: row.id }} className="hover:underline" preload={false}>
        {date(row.created_at)}
      </Link>
    ),
  },
  { id: 'state', header: words.state, width: 112, cell: (row) => <Badge tone={TONES[row.state]}>{words.states[row.state] ?? row.state}</Badge> },
  { id: 'from', header: words.from, width: 96, align: 'right', cell: (row) => <Money value={row.current_price} currency={row.currency} /> },
  { id: 'to', header: words.to, width: 96, align: 'right', cell: (row) => <span className="font-medium"><Money value={row.proposed_price} currency={row.currency} /></span> },
  { id: 'change', header: words.change, width: 84, align: 'right', cell: (row) => <span className="figures text-muted">{ppm(row.change_ppm, 1, { signed: true })}</span> },
  { id: 'because', header: words.because, minWidth: 240, cell: (row) => <span title={row.reason}>{row.decision_reason ?? row.reason}</span> },
]

function tabOf(state: Proposal['state']) {
  if (state === 'proposed') return 'waiting'
  if (state === 'confirmed') return 'live'
  return state === 'approved' || state === 'sent' || state === 'unknown' ? 'approved' : 'closed'
}

/** Every price that was proposed for it, and what became of it. */
export function DecisionsTab({ product }: TabProps) {
  const { data, error, refetch, isPending } = useQuery(decisionsQuery(product.id))
  const rows = data?.items ?? NONE
  return (
    <Panel title={words.decisions} flush>
      {error && !data ? (
        <div className="p-4">
          <Problem error={error} onRetry={() => void refetch()} />
        </div>
      ) : (
        <div style={{ height: Math.min(560, Math.max(rows.length, 5) * 32 + 40) }}>
          <DataTable label={words.decisions} rows={rows} columns={COLUMNS} rowId={(row) => row.id} loading={isPending} empty={<EmptyState title={words.noDecisions}>{words.noDecisionsAbout}</EmptyState>} keys={false} />
        </div>
      )}
    </Panel>
  )
}
