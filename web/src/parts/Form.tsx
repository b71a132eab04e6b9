import { type FormEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'

import { type ApiProblem, asProblem } from '../api/problem'
import { Problem } from './Problem'

export type FieldErrors = Readonly<Record<string, string>>
type FormProps = {
  onSubmit: () => Promise<unknown>
  /** Gets what the server says of each field by its name (`price`, `rules.max_change`), and whether it is being sent. */
  children: (state: { errors: FieldErrors; busy: boolean }) => ReactNode
  className?: string
}

/**
 * A form that sends once, shows the server's field errors beside their fields (marked `aria-invalid`, or `data-wrong` where a
 * group is wrong), and above them what belongs to no field that there is.
 */
export function Form({ onSubmit, children, className = 'flex flex-col gap-4' }: FormProps) {
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [isPlaced, setPlaced] = useState(false)
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
    } finally {
      setBusy(false)
    }
  }
  /** A reset button gives up what was typed: whoever owns the values puts them back, and the problem goes with them. */
  const forget = (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
  }
  useLayoutEffect(() => {
    const wrong = problem && form.current?.querySelector<HTMLElement>('[aria-invalid="true"],[data-wrong]')
    setPlaced(Boolean(wrong))
    // After the button is no longer busy: what is disabled while it has the focus would take it along.
    if (wrong) requestAnimationFrame(() => show(wrong))
  }, [problem])
  const errors = fieldErrors(problem)
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} onReset={forget} className={className}>
      {problem && !isPlaced && <Problem error={problem} />}
      {children({ errors, busy })}
    </form>
  )
}

/** Go to what is wrong, and show it with what stands above it: heads that stay in place would hide it. */
function show(wrong: HTMLElement): void {
  wrong.focus({ preventScroll: true })
  void wrong.scrollIntoView({ block: 'center' })
}

/** The errors of a problem by field name, for forms that send by themselves. */
export function fieldErrors(problem: ApiProblem | null): FieldErrors {
  return Object.fromEntries((problem?.fields ?? []).map((one) => [one.field, one.expected]))
}
