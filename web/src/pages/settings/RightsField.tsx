export type Right = { name: string; meaning?: string }
type RightsFieldProps = {
  legend: string
  hint?: string
  error?: string
  rights: readonly Right[]
  chosen: ReadonlySet<string>
  onChange: (chosen: Set<string>) => void
  disabled?: boolean
}

/** Rights with what they mean, to tick. */
export function RightsField({ legend, hint, error, rights, chosen, onChange, disabled }: RightsFieldProps) {
  const toggle = (name: string) => {
    const next = new Set(chosen)
    if (!next.delete(name)) next.add(name)
    onChange(next)
  }
  return (
    <fieldset disabled={disabled} className="min-w-0">
      <legend className="mb-1 text-13 font-medium">
        {legend} {hint && <span className="font-normal text-muted">{hint}</span>}
      </legend>
      {error && <p className="text-12 text-bad">{error}</p>}
      <div className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        {rights.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ name, meaning }) => (
          <label key={name} className="flex items-start gap-2 text-13">
            <input type="checkbox" className="mt-px size-4 shrink-0 accent-accent" checked={chosen.has(name)} onChange={() => toggle(name)} />
            <span className="min-w-0">
              {meaning && <span className="block">{meaning}</span>}
              <code className={meaning ? 'text-11 text-muted' : 'text-12'}>{name}</code>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
