import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { Button } from '../../parts/Button'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { useEnter } from './entering'
import { Frame } from './Frame'
import { words } from './words'

/** Take up an invitation. Its token stands behind the # of the address, where no server's log gets to see it. */
export function JoinPage() {
  const token = useLocation().hash
  const enter = useEnter()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const join = async () => {
    await read(api.POST('/api/v1/auth/invitations/accept', { body: { token, name, password, cookie: true } }))
    await enter('/')
  }
  const foot = (
    <Link to="/login" className="font-medium text-accent hover:underline">
      {words.signIn}
    </Link>
  )
  return (
    <Frame title={words.join} about={token === '' ? words.joinWithout : words.joinAbout} foot={foot}>
      {token !== '' && (
        <Form onSubmit={join}>
          {({ errors, busy }) => (
            <>
              <Field label={words.name} error={errors.name}>
                {(props) => (
                  <input {...props} className="control w-full" autoComplete="name" required value={name} onChange={(event) => setName(event.target.value)} />
                )}
              </Field>
              <Field label={words.password} hint={words.joinPasswordHint} error={errors.password}>
                {(props) => (
                  <input
                    {...props}
                    type="password"
                    className="control w-full"
                    autoComplete="new-password"
                    required
                    value={password}
                    onChange={(event) => setPassword(event.target.value)}
                  />
                )}
              </Field>
              <Button type="submit" kind="primary" busy={busy}>
                {words.join}
              </Button>
            </>
          )}
        </Form>
      )}
    </Frame>
  )
}
