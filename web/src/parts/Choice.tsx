type ChoiceProps<Id extends string> = {
  label: string
  value: Id
  options: readonly { id: Id; label: string }[]
  onChange: (id: Id) => void
  className?: string
}

/** One of a few, side by side: a period, a view. The value belongs into the URL. */
export function Choice<Id extends string>({ label, value, options, onChange, className = '' }: ChoiceProps<Id>) {
  return (
    <div role="radiogroup" aria-label={label} className={`flex gap-1 ${className}`}>
      {options.map((one) => (
        <button
          key={one.id}
          type="button"
          role="radio"
          aria-checked={one.id === value}
          onClick={() => onChange(one.id)}
          className={`h-7 rounded-6 px-2 text-12 ${one.id === value ? 'bg-accent-soft font-medium text-text' : 'text-muted hover:bg-hover hover:text-text'}`}
        >
          {one.label}
        </button>
      ))}
    </div>
  )
}
