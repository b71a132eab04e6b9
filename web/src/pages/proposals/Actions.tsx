import { Button } from '../../parts/Button'

export type Act = {
  label: string
  run: () => void
  keyName?: string
  kind?: 'plain' | 'primary' | 'danger'
  quiet?: boolean
  /** For one proposal only. */
  single?: boolean
  /** Why it cannot be done now. */
  off?: string
}

/** What can be done to the open proposal, or to those that are selected. */
export function Actions({ acts, count, disabled }: { acts: readonly Act[]; count: number; disabled: boolean }) {
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2">
      {acts.map((act) => (
        <Button
          key={act.label}
          kind={act.quiet ? 'quiet' : (act.kind ?? 'plain')}
          keyName={act.keyName?.toUpperCase()}
          disabled={disabled || act.off !== undefined || (act.single && count > 1)}
          title={act.off}
          onClick={act.run}
        >
          {act.label}
          {count > 1 && !act.single ? ` ${count}` : ''}
        </Button>
      ))}
    </div>
  )
}
