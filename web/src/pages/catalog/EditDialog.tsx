import { useMutation, useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'

import { api, read } from '../../api/client'
import { asProblem } from '../../api/problem'
import { announce, announceProblem } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { counted } from '../../parts/format'
import { fieldErrors } from '../../parts/Form'
import { Problem } from '../../parts/Problem'
import { type Changes, changesOf, type Draft, EDITABLE, type EditField, isTags, type Outcome, undoSteps, type UndoStep } from './edit'
import { Forecast } from './Forecast'
import type { Product } from './rows'
import { words } from './words'

type EditDialogProps = { products: readonly Product[]; onClose: () => void; onDone: () => void }

/** The same for many products: tried out while it is written, done at once, and taken back by Undo. */
export function EditDialog({ products, onClose, onDone }: EditDialogProps) {
  const [draft, setDraft] = useState<Draft>({ status: 'active' })
  const changes = useDeferredValue(changesOf(draft))
  const rows = products.map(({ id, version }) => ({ id, version }))
  const trial = useQuery({
    queryKey: ['products', 'trial', changes, rows],
    queryFn: ({ signal }) => read(api.POST('/api/v1/catalog/products/bulk-edit', { body: { products: rows, changes: changes ?? {}, dry_run: true }, signal })),
    enabled: changes !== null,
    gcTime: 0,
    retry: false,
  })
  const apply = useMutation({
    mutationFn: (wanted: Changes) => read(api.POST('/api/v1/catalog/products/bulk-edit', { body: { products: rows, changes: wanted, dry_run: false } })),
    onSuccess: (outcome, wanted) => {
      onClose()
      onDone()
      tell(outcome, undoSteps(wanted, products, outcome), onDone)
    },
  })
  const errors = fieldErrors(trial.error ? asProblem(trial.error) : null)
  const left = EDITABLE.filter((field) => !(field in draft))
  const wouldChange = trial.data?.counts.changed ?? 0
  return (
    <Dialog open onClose={onClose} title={words.editTitle} about={counted(products.length, 'product')}>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (changes && wouldChange > 0) apply.mutate(changes)
        }}
      >
        {Object.entries(draft).map(([name, value]) => (
          <FieldLine
            key={name}
            field={name as EditField}
            value={value}
            error={errors[name]}
            choices={left}
            onChange={(text) => setDraft({ ...draft, [name]: text })}
            onField={(next) => setDraft(Object.fromEntries(Object.entries(draft).map(([key, text]) => (key === name ? [next, next === 'status' ? 'active' : ''] : [key, text]))))}
            onRemove={Object.keys(draft).length > 1 ? () => setDraft(Object.fromEntries(Object.entries(draft).filter(([key]) => key !== name))) : undefined}
          />
        ))}
        {left.length > 0 && (
          <div>
            <Button small kind="quiet" icon={<Plus size={14} aria-hidden />} onClick={() => setDraft({ ...draft, [left[0]!]: '' })}>
              {words.anotherField}
            </Button>
          </div>
        )}
        <div className="mt-2 min-h-20 border-t border-line pt-3 text-13" aria-live="polite">
          {trial.error && Object.keys(errors).length === 0 && <Problem error={trial.error} />}
          {apply.error && <Problem error={apply.error} />}
          {trial.isFetching && <p className="text-muted">{words.trying}</p>}
          {!trial.isFetching && trial.data && <Forecast outcome={trial.data} products={products} />}
        </div>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={apply.isPending} disabled={trial.isFetching || wouldChange === 0}>
            {words.apply} {counted(wouldChange, 'product')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

type FieldLineProps = {
  field: EditField
  value: string
  error?: string
  choices: readonly EditField[]
  onChange: (text: string) => void
  onField: (field: EditField) => void
  onRemove?: () => void
}

function FieldLine({ field, value, error, choices, onChange, onField, onRemove }: FieldLineProps) {
  const label = words.fields[field]
  return (
    <div>
      <div className="flex items-center gap-2">
        <select aria-label="Field" className="control w-40 shrink-0" value={field} onChange={(event) => onField(event.target.value as EditField)}>
          {[field, ...choices].map((one) => (
            <option key={one} value={one}>
              {words.fields[one]}
            </option>
          ))}
        </select>
        {field === 'status' ? (
          <select aria-label={label} className="control min-w-0 flex-1" value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="active">{words.statuses.active}</option>
            <option value="archived">{words.statuses.archived}</option>
          </select>
        ) : (
          <input
            aria-label={label}
            aria-invalid={error ? true : undefined}
            placeholder={isTags(field) ? words.tagsHint : words.empties}
            className="control min-w-0 flex-1 placeholder:text-muted"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
        {onRemove && (
          <button type="button" aria-label={words.removeField} onClick={onRemove} className="rounded-6 p-1 text-muted hover:bg-hover hover:text-text">
            <X size={15} aria-hidden />
          </button>
        )}
      </div>
      {error && <p className="mt-1 text-12 text-bad">{error}</p>}
    </div>
  )
}

function tell(outcome: Outcome, steps: UndoStep[] | null, onDone: () => void): void {
  const count = outcome.counts.changed ?? 0
  const left = outcome.rows.length - count
  const about = [left > 0 ? `${counted(left, 'product')} left as they were.` : '', steps === null ? words.cannotUndo : ''].filter(Boolean).join(' ')
  announce(`${counted(count, 'product')} changed`, { about, undo: steps && steps.length > 0 ? () => void takeBack(steps, onDone) : undefined })
}

/** Give the products back what they had; whoever was changed meanwhile is left alone, which is said. */
async function takeBack(steps: readonly UndoStep[], onDone: () => void): Promise<void> {
  try {
    let stayed = 0
    for (const step of steps) {
      const outcome = await read(api.POST('/api/v1/catalog/products/bulk-edit', { body: { ...step, dry_run: false } }))
      stayed += outcome.rows.length - (outcome.counts.changed ?? 0)
    }
    announce(words.undone, { about: stayed > 0 ? `${counted(stayed, 'product')}: ${words.undoneSome}` : undefined })
  } catch (error) {
    announceProblem(error)
  } finally {
    onDone()
  }
}
