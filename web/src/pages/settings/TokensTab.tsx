import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read } from '../../api/client'
import { useMay, useMe } from '../../api/me'
import { Age } from '../../parts/Age'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { EmptyState } from '../../parts/EmptyState'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { date } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { OneTimeSecret } from './OneTimeSecret'
import { permissionsQuery, type Token, tokensQuery } from './queries'
import { RightsField } from './RightsField'
import { endingIn } from './texts'
import { words } from './words'

const ENDS: readonly { label: string; days: number | null }[] = [
  { label: words.ends.days30, days: 30 },
  { label: words.ends.days90, days: 90 },
  { label: words.ends.year, days: 365 },
  { label: words.ends.never, days: null },
]

/** One's own API tokens. */
export function TokensTab() {
  const tokens = useSuspenseQuery(tokensQuery).data
  const client = useQueryClient()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const [leaving, setLeaving] = useState<Token | null>(null)
  const again = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey })
  const revoke = async (token: Token) => {
    try {
      await read(api.DELETE('/api/v1/auth/tokens/{token_id}', { params: { path: { token_id: token.id } } }))
      announce(words.revoked)
    } catch (error) {
      announceProblem(error)
    }
    await again()
  }
  const add = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      {words.newToken}
    </Button>
  )
  return (
    <Panel title={words.tabs.tokens} aside={words.tokensAbout} actions={tokens.length > 0 && add} className="max-w-[960px]">
      {tokens.length === 0 ? (
        <EmptyState title={words.noTokens} action={add}>
          {words.noTokensAbout}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line text-13">
          {tokens.map((token) => (
            <TokenLine key={token.id} token={token} onRevoke={() => setLeaving(token)} />
          ))}
        </ul>
      )}
      {making && (
        <NewTokenDialog
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false)
            setMade(token)
            void again()
          }}
        />
      )}
      {made !== null && <OneTimeSecret title={words.tokenMade} about={words.tokenMadeAbout} secret={made} onClose={() => setMade(null)} />}
      {leaving && (
        <Confirm
          open
          title={`${words.revoke}: ${leaving.name}`}
          about={words.revokeAbout}
          action={words.revoke}
          onClose={() => setLeaving(null)}
          onConfirm={() => revoke(leaving)}
        />
      )}
    </Panel>
  )
}

function TokenLine({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  return (
    <li className="flex items-center gap-4 py-2">
      <div className="min-w-0 flex-1">
        <div className="font-medium">{token.name}</div>
        <div className="truncate text-12 text-muted">{token.scopes.join(', ')}</div>
      </div>
      <div className="text-12 text-muted">
        {words.lastUsed} {token.last_used_at ? <Age at={token.last_used_at} /> : words.neverUsed}
      </div>
      <div className="w-32 text-12 text-muted">
        {words.expires} {token.expires_at ? date(token.expires_at) : words.never}
      </div>
      <Button small kind="danger" onClick={onRevoke}>
        {words.revoke}
      </Button>
    </li>
  )
}

function NewTokenDialog({ onClose, onMade }: { onClose: () => void; onMade: (token: string) => void }) {
  const me = useMe()
  const meanings = useQuery({ ...permissionsQuery, enabled: useMay()('users:read') }).data ?? []
  const rights = me.permissions.map((name) => ({ name, meaning: meanings.find((right) => right.name === name)?.meaning }))
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Set<string>>(new Set())
  const [ends, setEnds] = useState(1)
  const create = async () => {
    const expires_at = endingIn(ENDS[ends]?.days ?? null)
    const made = await read(api.POST('/api/v1/auth/tokens', { body: { name, scopes: [...scopes].toSorted(), expires_at } }))
    onMade(made.token)
  }
  return (
    <Dialog open wide onClose={onClose} title={words.newToken}>
      <Form onSubmit={create}>
        {({ errors, busy }) => (
          <>
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label={words.tokenName} hint={words.tokenNameHint} error={errors.name}>
                {(props) => <input {...props} className="control w-full" value={name} onChange={(event) => setName(event.target.value)} />}
              </Field>
              <Field label={words.expires} error={errors.expires_at}>
                {(props) => (
                  <select {...props} className="control w-full" value={ends} onChange={(event) => setEnds(Number(event.target.value))}>
                    {ENDS.map((end, place) => (
                      <option key={end.label} value={place}>
                        {end.label}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            </div>
            <RightsField legend={words.scopes} hint={words.scopesHint} error={errors.scopes} rights={rights} chosen={scopes} onChange={setScopes} />
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === '' || scopes.size === 0}>
                {words.create}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}
