import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'

import { announce } from '../../app/toasts'
import { api, read } from '../../api/client'
import { shopQuery, useMay } from '../../api/me'
import { Button } from '../../parts/Button'
import { Field } from '../../parts/Field'
import { type FieldErrors, Form } from '../../parts/Form'
import { Panel } from '../../parts/Panel'
import { type ShopTexts, shopSettings, shopTexts } from './texts'
import { words } from './words'

type TextName = { [Name in keyof ShopTexts]: ShopTexts[Name] extends string ? Name : never }[keyof ShopTexts]
type Change = (change: Partial<ShopTexts>) => void
type PartProps = { texts: ShopTexts; errors: FieldErrors; onChange: Change }

/** The shop's name, where and how it sells, and when prices and market data are looked at. */
export function ShopTab() {
  const shop = useSuspenseQuery(shopQuery).data
  const mayManage = useMay()('tenant:manage')
  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      {!mayManage && <p className="text-13 text-muted">{words.mayNotManage}</p>}
      <fieldset disabled={!mayManage} className="flex min-w-0 flex-col gap-4">
        <Panel>
          <NameForm name={shop.name} />
        </Panel>
        <SettingsForm key={shop.version} texts={shopTexts(shop.settings)} />
      </fieldset>
    </div>
  )
}

function NameForm({ name }: { name: string }) {
  const client = useQueryClient()
  const [text, setText] = useState(name)
  const rename = async () => {
    client.setQueryData(shopQuery.queryKey, await read(api.PATCH('/api/v1/tenants/current', { body: { name: text } })))
    await client.invalidateQueries({ queryKey: ['me'] })
    announce(words.saved)
  }
  return (
    <Form onSubmit={rename} className="flex items-end gap-2">
      {({ errors, busy }) => (
        <>
          <Field label={words.shopName} error={errors.name} className="flex-1">
            {(props) => <input {...props} className="control w-full" value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          <Button type="submit" busy={busy} disabled={text.trim() === '' || text === name}>
            {words.save}
          </Button>
        </>
      )}
    </Form>
  )
}

function SettingsForm({ texts: kept }: { texts: ShopTexts }) {
  const client = useQueryClient()
  const [texts, setTexts] = useState(kept)
  const isChanged = JSON.stringify(texts) !== JSON.stringify(kept)
  const change: Change = (part) => setTexts((before) => ({ ...before, ...part }))
  const save = async () => {
    await read(api.PUT('/api/v1/tenants/current/settings', { body: shopSettings(texts) }))
    await client.invalidateQueries({ queryKey: shopQuery.queryKey })
    announce(words.saved)
  }
  return (
    <Form onSubmit={save}>
      {({ errors, busy }) => (
        <>
          <Selling texts={texts} errors={errors} onChange={change} />
          <Panel title={words.repricing}>
            <Ticked label={words.afterCollection} checked={texts.afterCollection} onChange={(afterCollection) => change({ afterCollection })} />
            <Two>
              <TextField name="everyMinutes" label={words.everyMinutes} unit={words.minutes} hint={words.everyMinutesHint} error={errors['repricing.every_minutes']} texts={texts} onChange={change} />
            </Two>
          </Panel>
          <Panel title={words.collecting}>
            <Ticked label={words.collect} checked={texts.collect} onChange={(collect) => change({ collect })} />
            <Two>
              <TextField name="lookEvery" label={words.lookEvery} unit={words.seconds} error={errors['ingestion.look_every_seconds']} texts={texts} onChange={change} />
              <TextField name="staleAfter" label={words.staleAfter} unit={words.minutes} error={errors['ingestion.stale_after_minutes']} texts={texts} onChange={change} />
            </Two>
          </Panel>
          <div className="flex gap-2">
            <Button type="submit" kind="primary" busy={busy} disabled={!isChanged}>
              {words.save}
            </Button>
            {isChanged && (
              <Button type="reset" onClick={() => setTexts(kept)}>
                {words.discard}
              </Button>
            )}
          </div>
        </>
      )}
    </Form>
  )
}

function Selling({ texts, errors, onChange }: PartProps) {
  return (
    <Panel title={words.selling}>
      <Two>
        <TextField name="currency" label={words.currency} hint={nameOf('currency', texts.currency) ?? words.currencyHint} choices={CURRENCIES} error={errors.currency} texts={texts} onChange={onChange} />
        <TextField name="country" label={words.country} hint={nameOf('region', texts.country) ?? words.countryHint} error={errors.country} texts={texts} onChange={onChange} />
        <TextField name="tax" label={words.tax} unit="%" hint={words.taxHint} error={errors.tax_ppm} texts={texts} onChange={onChange} />
        <Field label={words.basis} error={errors.tax_basis}>
          {(props) => (
            <select
              {...props}
              className="control w-full"
              value={texts.tax_basis}
              onChange={(event) => onChange({ tax_basis: event.target.value as ShopTexts['tax_basis'] })}
            >
              {Object.entries(words.bases).map(([basis, label]) => (
                <option key={basis} value={basis}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField name="time_zone" label={words.timeZone} hint={words.timeZoneHint} choices={ZONES} error={errors.time_zone} texts={texts} onChange={onChange} />
      </Two>
    </Panel>
  )
}

function Two({ children }: { children: ReactNode }) {
  return <div className="grid gap-4 sm:grid-cols-2">{children}</div>
}

type TextFieldProps = {
  name: TextName
  label: string
  hint?: string
  error?: string
  /** Behind the number. */
  unit?: string
  /** What is offered while somebody types. */
  choices?: readonly string[]
  texts: ShopTexts
  onChange: Change
}

function TextField({ name, label, hint, error, unit, choices, texts, onChange }: TextFieldProps) {
  const list = useId()
  return (
    <Field label={label} hint={hint} error={error}>
      {(props) => (
        <span className="relative block">
          <input {...props} className="control figures w-full" inputMode={unit ? 'decimal' : undefined} list={choices && list} value={texts[name]} onChange={(event) => onChange({ [name]: event.target.value })} />
          {unit && <span className="pointer-events-none absolute top-[7px] right-2.5 text-12 text-muted">{unit}</span>}
          {choices && (
            <datalist id={list}>
              {choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </span>
      )}
    </Field>
  )
}

const CURRENCIES = Intl.supportedValuesOf('currency')
const ZONES = Intl.supportedValuesOf('timeZone')

/** What a code stands for, `Germany` for DE; nothing for a code that nobody uses. */
function nameOf(type: 'currency' | 'region', code: string): string | undefined {
  try {
    return new Intl.DisplayNames(undefined, { type, fallback: 'none' }).of(code.trim().toUpperCase())
  } catch {
    return undefined
  }
}

function Ticked({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="mb-3 flex h-8 items-center gap-2 text-13">
      <input type="checkbox" className="size-4 accent-accent" checked={checked} onChange={(event) => onChange(event.target.checked)} /> {label}
    </label>
  )
}
