import type { ReactNode } from 'react'

import type { Options } from './queries'
import { words } from './words'

type OptionsFormProps = {
  options: Options
  onChange: (options: Options) => void
  keepMapping: boolean
  onKeep: (keep: boolean) => void
  canEdit: boolean
}

/** What the person decides beside the columns; what is left open is as in the shop's settings. */
export function OptionsForm({ options, onChange, keepMapping, onKeep, canEdit }: OptionsFormProps) {
  const change = (next: Partial<Options>) => onChange({ ...options, ...next })
  return (
    <details className="border-t border-line text-13">
      <summary className="px-4 py-2.5 font-medium">{words.options}</summary>
      <fieldset disabled={!canEdit} className="flex flex-col gap-2 px-4 pb-3">
        <Choice label={words.precedence} value={options.precedence ?? 'file'} choices={words.precedences} onChange={(precedence) => change({ precedence: precedence as Options['precedence'] })} />
        <Choice label={words.unknownSkus} value={options.unknown_skus ?? 'reject'} choices={words.unknownSkusWays} onChange={(ways) => change({ unknown_skus: ways as Options['unknown_skus'] })} />
        <Choice label={words.taxBasis} value={options.tax_basis ?? ''} choices={{ '': words.ofShop, ...words.taxBases }} onChange={(basis) => change({ tax_basis: (basis || null) as Options['tax_basis'] })} />
        <Written label={words.currency} value={options.currency} onChange={(currency) => change({ currency })} upper />
        <Written label={words.timeZone} value={options.time_zone} onChange={(time_zone) => change({ time_zone })} />
        <Ticked label={words.untilBreak} value={options.until_break ?? false} onChange={(until_break) => change({ until_break })} />
        <Ticked label={words.keep} value={keepMapping} onChange={onKeep} />
      </fieldset>
    </details>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="grid grid-cols-[minmax(0,1fr)_240px] items-center gap-3">
      <span className="text-muted">{label}</span>
      {children}
    </label>
  )
}

type ChoiceProps = { label: string; value: string; choices: Record<string, string>; onChange: (value: string) => void }

function Choice({ label, value, choices, onChange }: ChoiceProps) {
  return (
    <Row label={label}>
      <select className="control h-7" value={value} onChange={(event) => onChange(event.target.value)}>
        {Object.entries(choices).map(([key, text]) => (
          <option key={key} value={key}>{text}</option>
        ))}
      </select>
    </Row>
  )
}

type WrittenProps = { label: string; value: string | null | undefined; onChange: (value: string | null) => void; upper?: boolean }

function Written({ label, value, onChange, upper }: WrittenProps) {
  return (
    <Row label={label}>
      <input
        className="control h-7"
        placeholder={words.ofShop}
        value={value ?? ''}
        onChange={(event) => onChange((upper ? event.target.value.toUpperCase() : event.target.value) || null)}
      />
    </Row>
  )
}

function Ticked({ label, value, onChange }: { label: string; value: boolean; onChange: (value: boolean) => void }) {
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" className="size-4 accent-accent" checked={value} onChange={(event) => onChange(event.target.checked)} />
      <span className="text-muted">{label}</span>
    </label>
  )
}
