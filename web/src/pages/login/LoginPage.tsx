import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { Button } from '../../parts/Button'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { Badge } from '../../parts/Badge'
import { choicesOf, type ShopChoice, useEnter } from './entering'
import { Frame } from './Frame'
import { words } from './words'

const route = getRouteApi('/login')

/** Sign in; who belongs to several shops chooses one. */
export function LoginPage() {
  const { from } = route.useSearch()
  const enter = useEnter()
  const installation = useQuery({ queryKey: ['me', 'installation'], queryFn: () => read(api.GET('/api/v1/installation')) }).data
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [choices, setChoices] = useState<ShopChoice[] | null>(null)

  const logIn = async (tenant?: string) => {
    try {
      await read(api.POST('/api/v1/auth/login', { body: { email, password, cookie: true, tenant } }))
    } catch (error) {
      const shops = choicesOf(error)
      if (!shops) throw error
      return setChoices(shops)
    }
    await enter(from)
  }
  const enterDemo = async () => {
    await read(api.POST('/api/v1/auth/demo', { body: { cookie: true } }))
    await enter(from)
  }
  if (choices) return <ChooseShop choices={choices} onChoose={logIn} onBack={() => setChoices(null)} />
  const foot = (
    <>
      {words.noAccount}{' '}
      <Link to="/signup" className="font-medium text-accent hover:underline">
        {words.signUp}
      </Link>
    </>
  )
  return (
    <Frame title={words.signIn} about={words.signInAbout} foot={installation?.sign_in === false ? words.localMode : installation?.sign_up ? foot : undefined}>
      <Form onSubmit={() => logIn()}>
        {({ errors, busy }) => (
          <>
            <Field label={words.email} error={errors.email}>
              {(props) => (
                <input {...props} className="control w-full" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
              )}
            </Field>
            <Field label={words.password} error={errors.password}>
              {(props) => (
                <input {...props} className="control w-full" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
              )}
            </Field>
            <Button type="submit" kind="primary" busy={busy}>
              {words.signIn}
            </Button>
          </>
        )}
      </Form>
      {installation?.demo_mode && (
        <Form onSubmit={enterDemo} className="mt-3 flex flex-col gap-2">
          {({ busy }) => (
            <Button type="submit" busy={busy}>
              {words.demo}
            </Button>
          )}
        </Form>
      )}
    </Frame>
  )
}

type ChooseShopProps = { choices: ShopChoice[]; onChoose: (tenant: string) => Promise<void>; onBack: () => void }

function ChooseShop({ choices, onChoose, onBack }: ChooseShopProps) {
  const [chosen, setChosen] = useState(choices[0]?.tenant ?? '')
  return (
    <Frame title={words.chooseShop} about={words.chooseShopAbout}>
      <Form onSubmit={() => onChoose(chosen)}>
        {({ busy }) => (
          <>
            <div role="radiogroup" aria-label={words.chooseShop} className="flex flex-col gap-1">
              {choices.map((shop) => (
                <label key={shop.tenant} className="flex h-10 cursor-pointer items-center gap-3 rounded-6 border border-line px-3 text-14 has-checked:border-accent has-checked:bg-accent-soft">
                  <input type="radio" name="shop" className="accent-accent" checked={shop.tenant === chosen} onChange={() => setChosen(shop.tenant)} />
                  <span className="truncate">{shop.name}</span>
                  {shop.simulated && <Badge>{words.simulated}</Badge>}
                </label>
              ))}
            </div>
            <div className="flex gap-2">
              <Button type="submit" kind="primary" busy={busy} className="flex-1">
                {words.signIn}
              </Button>
              <Button onClick={onBack}>{words.back}</Button>
            </div>
          </>
        )}
      </Form>
    </Frame>
  )
}
