import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'

import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { ApiProblem } from '../../api/problem'
import { announce, announceProblem } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { Field } from '../../parts/Field'
import { Form, type FieldErrors } from '../../parts/Form'
import { lateDialog } from '../../parts/Dialog'
import { Control } from './Control'
import { type GroupName, groupsShown, strategiesFor } from './fields'
import { Endings, Ladder, QuietHours } from './ListFields'
import type { Policy } from './queries'
import { type Rows, rowsOf, withRows } from './rows'
import { fieldsShown, grouped, nameOf, others, type Rules, typed, type Typed, ungrouped, Unreadable, withTyped } from './rules'
import type { Simulated } from './simulation'
import { ModeChoice, StrategyChoice } from './StrategyChoice'
import { words } from './words'

const SimulationDialog = lateDialog(() => import('./SimulationDialog').then((module) => module.SimulationDialog))

/** One policy, every setting with its unit. Somebody else's change meanwhile is reported, never overwritten. */
export function PolicyEditor({ policy }: { policy: Policy }) {
  const client = useQueryClient()
  const rules = useMemo(() => grouped(policy.rules), [policy.rules])
  const [name, setName] = useState(policy.name)
  const [enabled, setEnabled] = useState(policy.enabled)
  const [strategy, setStrategy] = useState(policy.strategy)
  const [values, setValues] = useState<Typed>(() => typed(rules))
  const [rows, setRows] = useState<Rows>(() => rowsOf(rules))
  const [removing, setRemoving] = useState(false)
  const [simulated, setSimulated] = useState<Simulated | null>(null)
  const mayWrite = useMay()('policies:write') && policy.id !== null
  const path = { policy_id: policy.id ?? '' }
  const headers = { 'if-match': `W/"${policy.version}"` }
  const kept = { name: policy.name, enabled: policy.enabled, strategy: policy.strategy, values: typed(rules), rows: rowsOf(rules) }
  const isChanged = JSON.stringify({ name, enabled, strategy, values, rows }) !== JSON.stringify(kept)

  const save = async () => {
    const body = { name, enabled, strategy, rules: ungrouped(readTyped(rules, values, rows)) }
    await read(api.PUT('/api/v1/policies/{policy_id}', { params: { path }, headers, body })).catch(explain)
    await client.invalidateQueries({ queryKey: ['policies'] })
    announce(words.saved)
  }
  const simulate = () => {
    try {
      setSimulated({ strategy, rules: ungrouped(readTyped(rules, values, rows)), scope: policy.scope, scope_value: policy.scope_value })
    } catch (error) {
      announceProblem(error)
    }
  }
  const remove = async () => {
    await read(api.DELETE('/api/v1/policies/{policy_id}', { params: { path }, headers }))
    await client.invalidateQueries({ queryKey: ['policies'] })
    announce(words.removed)
  }
  const discard = () => {
    setName(policy.name)
    setEnabled(policy.enabled)
    setStrategy(policy.strategy)
    setValues(typed(rules))
    setRows(rowsOf(rules))
    void client.invalidateQueries({ queryKey: ['policies'] })
  }
  return (
    <Form onSubmit={save} className="flex flex-col gap-5 [&_button]:scroll-mt-24 [&_input]:scroll-mt-24 [&_select]:scroll-mt-24">
      {({ errors, busy }) => (
        <>
          <div className="sticky top-0 z-10 -mx-4 -mt-3 flex flex-wrap items-end gap-4 rounded-t-8 border-b border-line bg-surface px-4 py-3">
            <Field label={words.name} error={errors.name} className="min-w-52 flex-1">
              {(props) => <input {...props} className="control w-full" disabled={!mayWrite} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <label className="flex h-8 items-center gap-2 text-13">
              <input type="checkbox" className="size-4 accent-accent" disabled={!mayWrite} checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
              {words.enabled}
            </label>
            <div className="flex gap-2">
              {isChanged && <Button type="reset" onClick={discard}>{words.discard}</Button>}
              <Button onClick={simulate}>{words.simulate}</Button>
              <Button type="submit" kind="primary" busy={busy} disabled={!mayWrite || !isChanged}>
                {words.save}
              </Button>
            </div>
          </div>
          {!mayWrite && policy.id !== null && <p className="text-13 text-muted">{words.readOnly}</p>}
          {values['top.mode'] && <ModeChoice value={values['top.mode']} disabled={!mayWrite} onChange={(mode) => setValues((now) => ({ ...now, 'top.mode': mode }))} />}
          <StrategyChoice value={strategy} options={strategiesFor(rules, policy.strategy)} error={errors.strategy} disabled={!mayWrite} onChange={setStrategy} />
          {groupsShown(strategy, rules, values['top.without_response']).map((group) => (
            <Group key={group} group={group} values={values} onChange={(key, value) => setValues((now) => ({ ...now, [key]: value }))} errors={errors} disabled={!mayWrite}>
              <Lists group={group} rows={rows} errors={errors} disabled={!mayWrite} onChange={(part) => setRows((now) => ({ ...now, ...part }))} />
            </Group>
          ))}
          <Others rules={rules} />
          {mayWrite && (
            <div>
              <Button kind="danger" small onClick={() => setRemoving(true)}>
                {words.remove}
              </Button>
            </div>
          )}
          {simulated && <SimulationDialog policy={simulated} onClose={() => setSimulated(null)} />}
          <Confirm open={removing} onClose={() => setRemoving(false)} onConfirm={remove} title={`${words.remove}: ${policy.name}`} about={words.removeAbout} action={words.remove} />
        </>
      )}
    </Form>
  )
}

/** The rules as typed, or the problem beside the field that cannot be read. */
function readTyped(rules: Rules, values: Typed, rows: Rows): Rules {
  try {
    return withRows(withTyped(rules, values), rows)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    throw new ApiProblem({ code: 'unreadable', detail: error.message, details: { field: error.field } })
  }
}

function explain(error: unknown): never {
  if (error instanceof ApiProblem && error.isChangedMeanwhile) {
    throw new ApiProblem({ code: error.code, status: error.status, detail: words.changedMeanwhile })
  }
  throw error
}

type GroupProps = { group: GroupName; values: Typed; onChange: (name: string, value: string) => void; errors: FieldErrors; disabled: boolean; children: ReactNode }

function Group({ group, values, onChange, errors, disabled, children }: GroupProps) {
  return (
    <fieldset className="border-t border-line pt-3 first-of-type:border-t-0 first-of-type:pt-0">
      <legend className="float-left mb-3 w-full text-13 font-semibold">
        {words.groups[group]} {words.groupNotes[group] && <span className="ml-2 font-normal text-muted">{words.groupNotes[group]}</span>}
      </legend>
      <div className="clear-both grid grid-cols-[repeat(auto-fill,minmax(230px,1fr))] gap-x-5 gap-y-3">
        {fieldsShown(group, values, errors).map((field) => (
          <Control
            key={field.key}
            field={field}
            value={values[nameOf(field)] ?? ''}
            error={errors[field.key] ?? errors[nameOf(field)]}
            disabled={disabled}
            onChange={(value) => onChange(nameOf(field), value)}
          />
        ))}
      </div>
      {children}
    </fieldset>
  )
}

type ListsProps = { group: GroupName; rows: Rows; errors: FieldErrors; disabled: boolean; onChange: (part: Partial<Rows>) => void }

/** The lists of a group, beneath its single settings. */
function Lists({ group, ...props }: ListsProps) {
  if (group === 'governance') return <QuietHours {...props} />
  if (group === 'guardrails') return <Endings {...props} />
  if (group !== 'rule') return null
  return (
    <>
      <Ladder name="stock_age_steps" {...props} />
      <Ladder name="cover_steps" {...props} />
    </>
  )
}

function Others({ rules }: { rules: Rules }) {
  const found = others(rules)
  if (found.length === 0) return null
  return (
    <section className="border-t border-line pt-3 text-12 text-muted">
      <h3 className="mb-1 text-13 font-semibold text-text">{words.others}</h3>
      {found.map((one) => (
        <p key={one.name}>
          <code>{one.name}</code>: <code className="break-all">{one.value}</code>
        </p>
      ))}
    </section>
  )
}
