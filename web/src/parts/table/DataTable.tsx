import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'

import { useRowHeight } from '../../app/preferences'
import { useStable } from '../../app/useStable'
import { Skeleton } from '../Panel'
import { type Column, nextSort, type Sort, sorted } from './columns'
import { TableHead } from './TableHead'
import { TableLine } from './TableLine'
import { extended, type Selection, toggled, toggledAll } from './selection'
import { useTableKeys } from './useTableKeys'

export type DataTableProps<Row extends object> = {
  /** What the table lists, for those who do not see it. */
  label: string
  /** Keep `rows` and `columns` stable (module scope, query data, useMemo). */
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  rowId: (row: Row) => string
  /** Names a row for its checkbox. */
  rowName?: (row: Row) => string
  /** Sorts what is there. With `onSort` the caller sorts (server, URL) unless `sortHere`. */
  sort?: Sort | null
  onSort?: (sort: Sort | null) => void
  sortHere?: boolean
  selection?: Selection
  onSelect?: (selection: Selection) => void
  /** The row under the keyboard; without it the table keeps it itself. */
  activeId?: string | null
  onActive?: (id: string, row: Row) => void
  /** Enter or a click on a row. */
  onOpen?: (row: Row) => void
  loading?: boolean
  empty?: ReactNode
  /** All rows there are, when `rows` is only the beginning. */
  total?: number
  onEndReached?: () => void
  rowHeight?: number
  /** Switches j, k, x and Enter for the page off, for a second table. */
  keys?: boolean
  className?: string
}

const OVERSCAN = 24 // a screen's worth: a jump by a screen finds its rows there

/** A list of any length as a real table: only the rows in sight are there, between two rows that hold the space. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { rows, columns, rowId, selection, onSelect, onEndReached } = props
  const scroller = useRef<HTMLDivElement>(null)
  const ownHeight = useRowHeight()
  const height = props.rowHeight ?? ownHeight
  const [ownSort, setOwnSort] = useState<Sort | null>(props.sort ?? null)
  const sort = props.onSort ? (props.sort ?? null) : ownSort
  const onSort = props.onSort ?? setOwnSort
  const sortsHere = props.onSort === undefined || props.sortHere === true
  const shownSort = sortsHere ? sort : null
  const lines = useMemo(() => sorted(rows, columns, shownSort), [rows, columns, shownSort])
  const ids = useMemo(() => lines.map(rowId), [lines, rowId])
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: height + 4,
    isScrollingResetDelay: 1_000, // an end of scrolling that comes between two slow frames leaves one of them blank
  })
  useEffect(() => {
    virtualizer.measure()
  }, [height, virtualizer])

  const [ownActive, setOwnActive] = useState<string | null>(null)
  const activeId = props.activeId === undefined ? ownActive : props.activeId
  const anchor = useRef<string | null>(null)
  const activate = (index: number) => {
    const [line, id] = [lines[index], ids[index]]
    if (!line || id === undefined) return
    setOwnActive(id)
    props.onActive?.(id, line)
    virtualizer.scrollToIndex(index)
  }
  const choose = (id: string, range: boolean) => {
    if (!selection || !onSelect) return
    onSelect(range ? extended(selection, ids, anchor.current, id) : toggled(selection, id))
    anchor.current = id
  }
  const activeIndex = activeId === null ? -1 : ids.indexOf(activeId)
  const onKeyDown = useTableKeys({
    label: props.label,
    on: props.keys ?? true,
    count: lines.length,
    index: activeIndex,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2),
    activate,
    choose: (range) => activeId !== null && choose(activeId, range),
    open: () => {
      const line = lines[activeIndex]
      if (line) props.onOpen?.(line)
    },
    scroller,
  })

  useShowAtFirst(lines.length > 0, activeIndex, (index) => virtualizer.scrollToIndex(index, { align: 'center' }))
  const chooseRow = useStable(choose)
  const press = useStable((index: number) => {
    activate(index)
    const line = lines[index]
    if (line) props.onOpen?.(line)
  })

  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (onEndReached && lines.length > 0 && last >= lines.length - OVERSCAN) onEndReached()
  }, [last, lines.length, onEndReached])

  if (props.loading) return <div className="p-3"><Skeleton lines={8} /></div>
  if (lines.length === 0 && props.empty) return <>{props.empty}</>
  const before = items[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  const span = columns.length + (selection ? 1 : 0)
  const width = columns.reduce((sum, column) => sum + (column.width ?? column.minWidth ?? 120), selection ? 36 : 0)
  return (
    // The rows that hold the space change their height while one scrolls: the browser must not hold on to what it sees.
    // Relative, for the words that only screen readers get: they are positioned, and would widen the page beyond it.
    <div ref={scroller} className={`relative h-full min-h-0 overflow-auto [overflow-anchor:none] ${props.className ?? ''}`} data-part="scroller">
      <table
        role="grid"
        aria-label={props.label}
        aria-rowcount={(props.total ?? lines.length) + 1}
        aria-multiselectable={selection ? true : undefined}
        aria-activedescendant={activeIndex >= 0 ? lineId(props.label, ids[activeIndex]) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ minWidth: width }}
        className="w-full table-fixed border-separate border-spacing-0 text-13 outline-offset-[-2px]"
      >
        <TableHead
          columns={columns}
          sort={sort}
          onSort={(column) => onSort(nextSort(sort, column.id, column.greatestFirst))}
          selectable={selection !== undefined}
          all={selection !== undefined && lines.length > 0 && ids.every((id) => selection.has(id))}
          some={selection !== undefined && selection.size > 0}
          onAll={() => selection && onSelect?.(toggledAll(selection, ids))}
        />
        <tbody>
          <Spacer height={before} span={span} />
          {items.map((item) => {
            const [line, id] = [lines[item.index], ids[item.index]]
            if (!line || id === undefined) return null
            return (
              <TableLine
                key={id}
                id={id}
                domId={lineId(props.label, id)}
                row={line}
                name={props.rowName?.(line) ?? id}
                index={item.index}
                height={height}
                columns={columns}
                active={id === activeId}
                selected={selection ? selection.has(id) : null}
                opens={props.onOpen !== undefined || props.onActive !== undefined}
                onChoose={chooseRow}
                onPress={press}
              />
            )
          })}
          <Spacer height={after} span={span} />
        </tbody>
      </table>
    </div>
  )
}

/** Who comes back to a list, or by a link into it, sees the open row. */
function useShowAtFirst(ready: boolean, index: number, show: (index: number) => void): void {
  const isShown = useRef(false)
  useEffect(() => {
    if (isShown.current || !ready) return
    isShown.current = true
    if (index > 0) show(index)
  })
}

function lineId(label: string, id: string | undefined): string {
  return `${label}-${id}`.replaceAll(/\s+/g, '-')
}

function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )
}
