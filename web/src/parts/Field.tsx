import { type ReactNode, useId } from 'react'

type ControlProps = { id: string; 'aria-invalid'?: true; 'aria-describedby'?: string }
type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong, beside the field. */
  error?: string
  children: (props: ControlProps) => ReactNode
  className?: string
}

/** A labelled control with its hint and its error. Spread the props on the control. */
export function Field({ label, hint, error, children, className = '' }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-13 font-medium">
        {label}
      </label>
      {children({ id, ...(error ? { 'aria-invalid': true as const } : {}), ...(note ? { 'aria-describedby': `${id}-note` } : {}) })}
      {note && (
        <p id={`${id}-note`} className={`text-12 ${error ? 'text-bad' : 'text-muted'}`}>
          {note}
        </p>
      )}
    </div>
  )
}
