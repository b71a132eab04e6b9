import { useMemo } from 'react'

import { amount, money, ppm } from '../../parts/format'
import { Gain } from './Gain'
import { useRowHeight } from '../../app/preferences'
import { type Column, DataTable, type Selection, sortable } from '../../parts/table'
import type { Proposal } from './queries'
import { gainOf } from './stake'
import { limitName, words } from './words'

type ProposalListProps = {
  rows: readonly Proposal[]
  openId: string | null
  onOpen: (id: string) => void
  selection: Selection
  onSelect: (selection: Selection) => void
  empty: React.ReactNode
  loading: boolean
}

const SECOND_LINE = 20

/** The proposals, the most money first; each with why, in half a line. */
export function ProposalList({ rows, openId, onOpen, selection, onSelect, empty, loading }: ProposalListProps) {
  const columns = useMemo<Column<Proposal>[]>(
    () => [
      {
        id: 'product',
        header: words.product,
        sort: (row) => row.product_name,
        minWidth: 150,
        cell: (row) => (
          <>
            <span className="block truncate font-medium">{row.product_name}</span>
            <span className="block truncate text-12 text-muted">{because(row)}</span>
          </>
        ),
      },
      {
        id: 'stake',
        header: words.atStake,
        about: words.atStakeAbout,
        align: 'right',
        width: 190,
        greatestFirst: true,
        sort: (row) => Math.abs(sortable(gainOf(row)?.middle) ?? 0),
        cell: (row) => (
          <>
            <span className="block">
              {amount(row.current_price, row.currency)} <span className="text-muted">→</span>{' '}
              <span className="font-semibold">{money(row.proposed_price, row.currency)}</span>
            </span>
            <span className="block text-12 text-muted">
              {ppm(row.change_ppm, 1, { signed: true })} · <Gain gain={gainOf(row)} currency={row.currency} />
            </span>
          </>
        ),
      },
    ],
    [],
  )
  return (
    <DataTable
      label={words.list}
      rows={rows}
      columns={columns}
      rowId={rowId}
      rowName={rowName}
      rowHeight={useRowHeight() + SECOND_LINE}
      activeId={openId}
      onActive={onOpen}
      selection={selection}
      onSelect={onSelect}
      loading={loading}
      empty={empty}
    />
  )
}

/** Why, in half a line: the limit that decided, else the reason without the prices that stand beside it. */
function because(row: Proposal): string {
  if (row.binding.length > 0) return row.binding.map(limitName).join(', ')
  const reason = row.reason.replace(/^(Raise|Lower) from [^:]*: /, '')
  return reason.slice(0, 1).toUpperCase() + reason.slice(1)
}

function rowId(row: Proposal): string {
  return row.id
}

function rowName(row: Proposal): string {
  return row.product_name
}
