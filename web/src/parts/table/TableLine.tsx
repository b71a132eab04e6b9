import { memo, type MouseEvent } from 'react'

import type { Column } from './columns'

type TableLineProps<Row> = {
  id: string
  domId: string
  row: Row
  name: string
  index: number
  height: number
  columns: readonly Column<Row>[]
  active: boolean
  selected: boolean | null
  opens: boolean
  onChoose: (id: string, range: boolean) => void
  onPress: (index: number) => void
}

const CELL = 'overflow-hidden border-b border-line px-2 text-ellipsis whitespace-nowrap first:pl-4 last:pr-4'

function Line<Row>(props: TableLineProps<Row>) {
  const { id, row, columns, active, selected, onChoose } = props
  const press = (event: MouseEvent<HTMLTableRowElement>) => {
    if ((event.target as HTMLElement).closest('a, button, input, label, select')) return
    if (selected !== null && event.shiftKey) {
      getSelection()?.removeAllRanges()
      return onChoose(id, true)
    }
    if (!getSelection()?.toString()) props.onPress(props.index)
  }
  return (
    <tr
      id={props.domId}
      aria-rowindex={props.index + 2}
      aria-selected={selected ?? active}
      data-active={active || undefined}
      onClick={props.opens || selected !== null ? press : undefined}
      style={{ height: props.height }}
      className={`${props.opens ? 'cursor-pointer' : ''} ${active ? 'bg-accent-soft' : 'hover:bg-hover'}`}
    >
      {selected !== null && (
        <td className={`${CELL} w-9`}>
          <input
            type="checkbox"
            aria-label={`Select ${props.name}`}
            checked={selected}
            onChange={(event) => onChoose(id, (event.nativeEvent as unknown as PointerEvent).shiftKey === true)}
            className="block size-4 accent-accent"
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={`${CELL} ${column.align === 'right' ? 'text-right' : ''}`}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

/** One row; scrolling renders only those that come into sight. */
export const TableLine = memo(Line) as typeof Line
