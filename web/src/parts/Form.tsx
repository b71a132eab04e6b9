import { type FormEvent, type ReactNode, useRef, useState } from 'react'

import { type ApiProblem, asProblem } from '../api/problem'
import { Problem } from './Problem'

export type FieldErrors = Readonly<Record<string, string>>
type FormProps = {
  onSubmit: () => Promise<unknown>
  /** Gets what the server says of each field by its name (`price`, `rules.max_change`), and whether it is being sent. */
  children: (state: { errors: FieldErrors; busy: boolean }) => ReactNode
  className?: string
}

/** A form that sends once, shows the server's field errors beside their fields and the rest above them. */
export function Form({ onSubmit, children, className = 'flex flex-col gap-4' }: FormProps) {
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await onSubmit()
    } catch (error) {
      setProblem(asProblem(error))
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    } finally {
      setBusy(false)
    }
  }
  const errors = fieldErrors(problem)
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} className={className}>
      {problem && Object.keys(errors).length === 0 && <Problem error={problem} />}
      {children({ errors, busy })}
    </form>
  )
}

/** The errors of a problem by field name, for forms that send by themselves. */
export function fieldErrors(problem: ApiProblem | null): FieldErrors {
  return Object.fromEntries((problem?.fields ?? []).map((one) => [one.field, one.expected]))
}
