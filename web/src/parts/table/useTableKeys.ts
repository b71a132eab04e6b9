import type { KeyboardEvent as ReactKeyboardEvent, RefObject } from 'react'

import { useKeys } from '../../app/keys'

type TableKeys = {
  label: string
  on: boolean
  count: number
  index: number
  page: () => number
  activate: (index: number) => void
  choose: (range: boolean) => void
  open: () => void
  scroller: RefObject<HTMLElement | null>
}

function elsewhere(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.closest('a, button, input, select, [role="tab"]') !== null
}

/** Moves through a table: arrows, Home, End, Page keys when it has the focus; j, k, x and Enter from anywhere. */
export function useTableKeys(table: TableKeys) {
  const { count, index, activate } = table
  const to = (next: number) => activate(Math.max(0, Math.min(count - 1, next)))

  useKeys(`${table.label}: rows`, [
    { keys: 'j', label: 'Next row', run: () => to(index + 1), off: !table.on },
    { keys: 'k', label: 'Row before', run: () => to(index - 1), off: !table.on },
    { keys: 'x', label: 'Select row', run: () => table.choose(false), off: !table.on },
    { keys: 'X', label: 'Select up to row', run: () => table.choose(true), off: !table.on },
    {
      keys: 'Enter',
      label: 'Open row',
      run: (event) => (index < 0 || elsewhere(event) ? false : table.open()),
      off: !table.on,
    },
  ])

  return (event: ReactKeyboardEvent<HTMLTableElement>) => {
    if (event.target !== event.currentTarget) return
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + table.page(),
      PageUp: index - table.page(),
      Home: 0,
      End: count - 1,
    }
    const move = moves[event.key]
    if (move !== undefined) to(move)
    else if (event.key === ' ') table.choose(event.shiftKey)
    else return
    event.preventDefault()
  }
}
