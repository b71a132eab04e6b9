import { Plus, X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'

import { Button } from '../../parts/Button'
import type { FieldErrors } from '../../parts/Form'
import { words } from './words'

type RowListProps<Row> = {
  /** As the API calls the list: its errors are under this name, a row's under `name.place`. */
  name: string
  label: string
  hint: string
  rows: readonly Row[]
  errors: FieldErrors
  disabled: boolean
  add: string
  added: () => Row
  onChange: (rows: readonly Row[]) => void
  children: (row: Row, change: (part: Partial<Row>) => void, place: number) => ReactNode
}

/**
 * Rows that are added, changed and removed, each with what is wrong with it beneath. The focus goes into a row that was added,
 * and from one that was removed to the button that adds.
 */
export function RowList<Row>({ name, label, hint, rows, errors, disabled, add, added, onChange, children }: RowListProps<Row>) {
  const problem = errors[name]
  const id = useId()
  const list = useRef<HTMLFieldSetElement>(null)
  const goesTo = useRef<'row' | 'add' | null>(null)
  useEffect(() => {
    const places = { row: '[role="group"]:last-of-type :is(input, select, button)', add: ':scope > button' }
    if (goesTo.current) list.current?.querySelector<HTMLElement>(places[goesTo.current])?.focus()
    goesTo.current = null
  }, [rows.length])
  const go = (to: 'row' | 'add', next: readonly Row[]) => {
    goesTo.current = to
    onChange(next)
  }
  return (
    <fieldset ref={list} tabIndex={-1} data-wrong={problem ? '' : undefined} aria-describedby={id} disabled={disabled} className="mt-4 flex flex-col gap-2">
      <legend className="text-13 font-medium">{label}</legend>
      <p id={id} className={`text-12 ${problem ? 'text-bad' : 'text-muted'}`}>{problem ?? hint}</p>
      {rows.map((row, place) => {
        const wrong = errors[`${name}.${place}`]
        return (
          // A row is what stands at its place: it has no name of its own, and its inputs hold nothing but what is in it.
          <div key={place} role="group" aria-label={words.rowOf(label, place + 1)} aria-describedby={wrong && `${id}-${place}`} data-wrong={wrong ? '' : undefined} tabIndex={-1}>
            <div className="flex items-start gap-1 text-13 text-muted">
              <span className="flex min-w-0 flex-wrap items-center gap-2">{children(row, (part) => onChange(rows.with(place, { ...row, ...part })), place)}</span>
              <Button small kind="quiet" className="mt-0.5" aria-label={words.removeRow(label, place + 1)} icon={<X size={14} aria-hidden />} onClick={() => go('add', rows.toSpliced(place, 1))} />
            </div>
            {wrong && <p id={`${id}-${place}`} className="mt-1 text-12 text-bad">{wrong}</p>}
          </div>
        )
      })}
      {!disabled && (
        <Button small className="self-start" icon={<Plus size={13} aria-hidden />} onClick={() => go('row', [...rows, added()])}>
          {add}
        </Button>
      )}
    </fieldset>
  )
}
