import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'

import { api, read } from '../../api/client'
import { coveredQuery } from '../../api/covered'
import { announce } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { policiesQuery, type Scope } from './queries'
import { words } from './words'

/** A policy begins as a copy of the whole shop's, if there is one, and is edited afterwards. */
export function AddPolicy({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const known = client.getQueryData(policiesQuery.queryKey) ?? []
  const hasShop = known.some((policy) => policy.scope === 'tenant' && policy.id !== null)
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>(hasShop ? 'category' : 'tenant')
  const [value, setValue] = useState('')
  const add = async () => {
    const rules = known.find((policy) => policy.scope === 'tenant')?.rules
    const scope_value = scope === 'tenant' ? null : value.trim()
    const policy = await read(api.POST('/api/v1/policies', { body: { name: name.trim(), scope, scope_value, rules, enabled: true, strategy: 'rule_based' } }))
    await client.invalidateQueries({ queryKey: ['policies'] })
    announce(words.added)
    onClose()
    await navigate({ to: '/policies', search: { open: policy.id ?? undefined } })
  }
  return (
    <Dialog open onClose={onClose} title={words.add}>
      <Form onSubmit={add}>
        {({ errors, busy }) => (
          <>
            <Field label={words.name} error={errors.name}>
              {(props) => <input {...props} className="control w-full" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <div className="grid grid-cols-2 gap-3">
              <Field label={words.scope} error={errors.scope}>
                {(props) => (
                  <select {...props} className="control w-full" value={scope} onChange={(event) => setScope(event.target.value as Scope)}>
                    {Object.entries(words.scopes).map(([kind, label]) => (
                      <option key={kind} value={kind}>
                        {label}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              {scope !== 'tenant' && (
                <Covered scope={scope} value={value} error={errors.scope_value} onChange={setValue} />
              )}
            </div>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === ''}>
                {words.create}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}

type CoveredProps = { scope: Exclude<Scope, 'tenant'>; value: string; error?: string; onChange: (value: string) => void }

/** Which category, brand or SKU: chosen among those that there are, or typed for products that are still to come. */
function Covered({ scope, value, error, onChange }: CoveredProps) {
  const list = useId()
  const known = useQuery(coveredQuery(scope)).data
  const isUnknown = value.trim() !== '' && known !== undefined && !known.includes(value.trim())
  return (
    <Field label={words.scopeValue} hint={isUnknown ? words.scopeUnknown : undefined} error={error}>
      {(props) => (
        <>
          <input {...props} className="control w-full" list={list} required maxLength={200} value={value} onChange={(event) => onChange(event.target.value)} />
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
