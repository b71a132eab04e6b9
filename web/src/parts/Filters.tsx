import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'

import { useKeys } from '../app/keys'
import { Kbd } from './Kbd'

const TYPING_MS = 250

/** Filters in a row, above what they filter. Their values belong into the URL. */
export function Filters({ children, onClear, active }: { children: ReactNode; onClear?: () => void; active?: boolean }) {
  return (
    <search className="flex flex-wrap items-center gap-2">
      {children}
      {active && onClear && (
        <button type="button" onClick={onClear} className="inline-flex h-8 items-center gap-1 rounded-6 px-2 text-13 text-muted hover:bg-hover hover:text-text">
          <X size={14} aria-hidden /> Clear filters
        </button>
      )}
    </search>
  )
}

type SearchFilterProps = { label: string; value: string | undefined; onChange: (text: string | undefined) => void; width?: number }

/** Free text; `/` goes there. It reports when somebody stops typing, and at once at Enter. */
export function SearchFilter({ label, value, onChange, width = 220 }: SearchFilterProps) {
  const [text, setText] = useState(value ?? '')
  const box = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useKeys('Filter', [{ keys: '/', label, run: () => box.current?.focus() }])
  useEffect(() => {
    if (document.activeElement !== box.current) setText(value ?? '')
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const report = (next: string) => {
    clearTimeout(timer.current)
    onChange(next.trim() || undefined)
  }
  return (
    <div className="relative" style={{ width }}>
      <Search size={14} aria-hidden className="pointer-events-none absolute top-[9px] left-2.5 text-muted" />
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => report(event.target.value), TYPING_MS)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') report(text)
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="control w-full pr-7 pl-8 placeholder:text-muted"
      />
      {text === '' && (
        <span className="pointer-events-none absolute top-[7px] right-2">
          <Kbd>/</Kbd>
        </span>
      )}
    </div>
  )
}

type ChoiceFilterProps<Value extends string> = {
  label: string
  value: Value | undefined
  choices: readonly { value: Value; label: string }[]
  onChange: (value: Value | undefined) => void
}

/** One of a few, or all. */
export function ChoiceFilter<Value extends string>({ label, value, choices, onChange }: ChoiceFilterProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange((event.target.value || undefined) as Value | undefined)}
      className={`control max-w-52 ${value ? 'border-accent' : ''}`}
    >
      <option value="">{label}: all</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}
