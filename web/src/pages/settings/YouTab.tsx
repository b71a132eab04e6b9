import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read } from '../../api/client'
import { preferencesQuery } from '../../api/me'
import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { Panel } from '../../parts/Panel'
import { LooksForm } from './LooksForm'
import { sessionsQuery } from './queries'
import { type FocusTexts, focusTexts, withFocus } from './texts'
import { words } from './words'

const LISTS = [
  { name: 'kpis', label: words.kpis, hint: words.kpisHint, field: 'kpi_preferences' },
  { name: 'goals', label: words.goals, hint: words.goalsHint, field: 'business_goals' },
  { name: 'marketplaces', label: words.marketplaces, hint: words.marketplacesHint, field: 'marketplace_focus' },
] as const

/** One's own focus, password and sessions. */
export function YouTab() {
  return (
    <div className="grid max-w-[960px] items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title={words.looks} aside={words.looksAbout}>
          <LooksForm />
        </Panel>
        <Panel title={words.focus}>
          <FocusForm />
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title={words.password} aside={words.passwordAbout}>
          <PasswordForm />
        </Panel>
        <Panel title={words.sessions}>
          <Sessions />
        </Panel>
      </div>
    </div>
  )
}

function FocusForm() {
  const preferences = useSuspenseQuery(preferencesQuery).data
  const client = useQueryClient()
  const [texts, setTexts] = useState<FocusTexts>(() => focusTexts(preferences))
  const isChanged = JSON.stringify(texts) !== JSON.stringify(focusTexts(preferences))
  const save = async () => {
    const before = await read(api.GET('/api/v1/preferences'))
    const kept = await read(api.PUT('/api/v1/preferences', { body: withFocus(before, texts) }))
    client.setQueryData(preferencesQuery.queryKey, kept)
    setTexts(focusTexts(kept))
    announce(words.saved)
  }
  return (
    <Form onSubmit={save}>
      {({ errors, busy }) => (
        <>
          <p className="text-13 text-muted">{words.focusAbout}</p>
          {LISTS.map(({ name, label, hint, field }) => (
            <Field key={name} label={label} hint={hint} error={errors[field]}>
              {(props) => (
                <textarea
                  {...props}
                  rows={3}
                  className="control w-full"
                  value={texts[name]}
                  onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <Button type="submit" kind="primary" busy={busy} disabled={!isChanged} className="self-start">
            {words.save}
          </Button>
        </>
      )}
    </Form>
  )
}

function PasswordForm() {
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = async () => {
    const { sessions_ended } = await read(api.POST('/api/v1/auth/password', { body: { current, new: next } }))
    setCurrent('')
    setNext('')
    announce(words.passwordChanged(sessions_ended))
    await client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  }
  return (
    <Form onSubmit={change}>
      {({ errors, busy }) => (
        <>
          <Field label={words.current} error={errors.current}>
            {(props) => (
              <input {...props} type="password" autoComplete="current-password" className="control w-full" value={current} onChange={(event) => setCurrent(event.target.value)} />
            )}
          </Field>
          <Field label={words.new} error={errors.new ?? errors.password}>
            {(props) => (
              <input {...props} type="password" autoComplete="new-password" className="control w-full" value={next} onChange={(event) => setNext(event.target.value)} />
            )}
          </Field>
          <Button type="submit" busy={busy} disabled={current === '' || next === ''} className="self-start">
            {words.changePassword}
          </Button>
        </>
      )}
    </Form>
  )
}

function Sessions() {
  const sessions = useSuspenseQuery(sessionsQuery).data
  const client = useQueryClient()
  const end = async (call: Promise<unknown>) => {
    try {
      await call
      announce(words.sessionsEnded)
    } catch (error) {
      announceProblem(error)
    }
    await client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  }
  return (
    <div className="flex flex-col gap-3">
      <ul className="divide-y divide-line text-13">
        {sessions.map((session) => (
          <li key={session.id} className="flex min-h-9 items-center gap-2">
            {session.current ? <Badge tone="accent">{words.thisSession}</Badge> : <span>{words.otherSession}</span>}
            <span className="text-muted">
              {words.lastUsed} <Age at={session.last_used_at} />
            </span>
            {!session.current && (
              <Button
                small
                kind="quiet"
                className="ml-auto"
                onClick={() => void end(read(api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id: session.id } } })))}
              >
                {words.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button small className="self-start" onClick={() => void end(read(api.DELETE('/api/v1/auth/sessions')))}>
          {words.endOthers}
        </Button>
      )}
    </div>
  )
}
