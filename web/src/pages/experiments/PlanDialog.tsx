import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'

import { api, read } from '../../api/client'
import { coveredQuery } from '../../api/covered'
import { announce } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { Problem } from '../../parts/Problem'
import { areSame, type Draft, draftBody, EMPTY, groupingsFor, planBody, withKind } from './draft'
import { PlanTable } from './PlanTable'
import { armsQuery, type Policy } from './queries'
import { words } from './words'

type PlanDialogProps = { onClose: () => void; onDrafted: (id: string) => void }

/** What is compared, on which products, for how long; how long it takes is tried out on the shop's own sales. */
export function PlanDialog({ onClose, onDrafted }: PlanDialogProps) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const plan = useMutation({ mutationFn: () => read(api.POST('/api/v1/pricing/experiments/plan', { body: planBody(draft) })) })
  const save = async () => {
    const made = await read(api.POST('/api/v1/pricing/experiments', { body: draftBody(draft) }))
    await client.invalidateQueries({ queryKey: ['policies', 'experiments'] })
    announce(words.drafted)
    onDrafted(made.id)
  }
  return (
    <Dialog open onClose={onClose} title={words.plan} wide>
      <Form onSubmit={save}>
        {({ errors, busy }) => (
          <>
            <Field label={words.name} error={errors.name}>
              {(props) => <input {...props} className="control w-full" maxLength={200} value={draft.name} onChange={(event) => change({ name: event.target.value })} />}
            </Field>
            <Arms draft={draft} onChange={change} />
            <Lot draft={draft} errors={errors} onChange={setDraft} />
            <div className="flex flex-wrap items-start gap-3">
              <Field label={words.wanted} hint={words.wantedHint} error={errors.effect}>
                {(props) => (
                  <span className="relative block w-44">
                    <input {...props} className="control figures w-full" inputMode="decimal" value={draft.effect} onChange={(event) => change({ effect: event.target.value })} />
                    <span aria-hidden className="pointer-events-none absolute top-0 right-2.5 leading-8 text-12 text-muted">{words.percent}</span>
                  </span>
                )}
              </Field>
              <Field label={words.days} error={errors.days} className="w-28">
                {(props) => <input {...props} className="control figures w-full" inputMode="numeric" value={draft.days} onChange={(event) => change({ days: event.target.value })} />}
              </Field>
              <Button busy={plan.isPending} title={words.tryOutAbout} onClick={() => plan.mutate()} className="mt-6">
                {words.tryOut}
              </Button>
            </div>
            {plan.error && <Problem error={plan.error} />}
            {plan.data && !plan.error && <PlanTable plan={plan.data} days={draft.days} onDays={(days) => change({ days })} />}
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="primary" busy={busy} disabled={draft.name.trim() === '' || areSame(draft)}>
                {words.draft}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}

type PartProps = { draft: Draft; onChange: (part: Partial<Draft>) => void }

function Arms({ draft, onChange }: PartProps) {
  const policies = useQuery(armsQuery).data ?? []
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label={words.treatment} hint={areSame(draft) ? words.same : undefined}>
        {(props) => <ArmSelect {...props} policies={policies} value={draft.treatment} onChange={(treatment) => onChange({ treatment })} />}
      </Field>
      <Field label={words.control}>{(props) => <ArmSelect {...props} policies={policies} value={draft.control} onChange={(control) => onChange({ control })} />}</Field>
    </div>
  )
}

type ArmSelectProps = { id: string; policies: readonly Policy[]; value: string; onChange: (id: string) => void }

function ArmSelect({ policies, value, onChange, ...props }: ArmSelectProps) {
  return (
    <select {...props} className="control w-full" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{words.presentPrices}</option>
      {policies.map((policy) => (
        <option key={policy.id} value={policy.id ?? ''}>
          {policy.name}
        </option>
      ))}
    </select>
  )
}

function Lot({ draft, errors, onChange }: { draft: Draft; errors: Readonly<Record<string, string>>; onChange: (draft: Draft) => void }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label={words.kind} hint={words.kindsAbout[draft.kind]} error={errors.kind}>
        {(props) => (
          <select {...props} className="control w-full" value={draft.kind} onChange={(event) => onChange(withKind(draft, event.target.value === 'switchback' ? 'switchback' : 'clusters'))}>
            <Options of={['clusters', 'switchback']} names={words.kinds} />
          </select>
        )}
      </Field>
      <Field label={words.grouping} hint={words.groupingHint} error={errors.grouping}>
        {(props) => (
          <select {...props} className="control w-full" value={draft.grouping} onChange={(event) => onChange({ ...draft, grouping: groupingsFor(draft.kind).find((one) => one === event.target.value) ?? draft.grouping })}>
            <Options of={groupingsFor(draft.kind)} names={words.groupings} />
          </select>
        )}
      </Field>
      <Covered column="category" label={words.category} value={draft.category} error={errors.category} onChange={(category) => onChange({ ...draft, category })} />
      <Covered column="brand" label={words.brand} value={draft.brand} error={errors.brand} onChange={(brand) => onChange({ ...draft, brand })} />
    </div>
  )
}

function Options({ of, names }: { of: readonly string[]; names: Readonly<Record<string, string>> }): ReactNode {
  return of.map((one) => (
    <option key={one} value={one}>
      {names[one]}
    </option>
  ))
}

type CoveredProps = { column: 'category' | 'brand'; label: string; value: string; error?: string; onChange: (value: string) => void }

function Covered({ column, label, value, error, onChange }: CoveredProps) {
  const list = useId()
  const known = useQuery(coveredQuery(column)).data
  return (
    <Field label={label} error={error}>
      {(props) => (
        <>
          <input {...props} className="control w-full" list={list} placeholder={words.allOf} maxLength={200} value={value} onChange={(event) => onChange(event.target.value)} />
          <datalist id={list}>
            {known?.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}
