import { ChevronDown, ChevronUp } from 'lucide-react'
import { useEffect, useRef } from 'react'

import type { Column, Sort } from './columns'

type TableHeadProps<Row> = {
  columns: readonly Column<Row>[]
  sort: Sort | null
  onSort: (column: Column<Row>) => void
  selectable: boolean
  all: boolean
  some: boolean
  onAll: () => void
}

const CELL = 'sticky top-0 z-10 h-8 border-b border-line bg-surface px-2 text-12 text-muted first:pl-4 last:pr-4'

/** The head that stays in sight; a column that sorts is a button. */
export function TableHead<Row>({ columns, sort, onSort, selectable, all, some, onAll }: TableHeadProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selectable && (
          <th scope="col" className={`${CELL} w-9`}>
            <AllBox all={all} some={some} onAll={onAll} />
          </th>
        )}
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            title={column.about}
            aria-sort={sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined}
            style={{ width: column.width }}
            className={`${CELL} ${column.align === 'right' ? 'text-right' : 'text-left'}`}
          >
            {column.sort ? (
              <button
                type="button"
                onClick={() => onSort(column)}
                className={`inline-flex max-w-full items-center align-middle gap-0.5 rounded-[4px] hover:text-text ${column.align === 'right' ? 'flex-row-reverse' : ''} ${sort?.id === column.id ? 'text-text' : ''}`}
              >
                <span className="truncate">{column.header}</span>
                <SortMark sort={sort?.id === column.id ? sort : null} />
              </button>
            ) : (
              <span className="truncate">{column.header}</span>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function SortMark({ sort }: { sort: Sort | null }) {
  if (!sort) return null
  const Mark = sort.descending ? ChevronDown : ChevronUp
  return <Mark size={13} aria-hidden className="shrink-0" />
}

function AllBox({ all, some, onAll }: { all: boolean; some: boolean; onAll: () => void }) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = some && !all
  }, [some, all])
  return <input ref={box} type="checkbox" aria-label="Select all rows" checked={all} onChange={onAll} className="block size-4 accent-accent" />
}
