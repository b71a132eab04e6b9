import { Link } from '@tanstack/react-router'
import { type ChangeEvent, useState } from 'react'

import { api, read } from '../../api/client'
import { Button } from '../../parts/Button'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { useEnter } from './entering'
import { Frame } from './Frame'
import { words } from './words'

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD']
const region = new Intl.Locale(navigator.language).maximize().region ?? 'DE'

/** Create a shop with its owner. */
export function SignUpPage() {
  const enter = useEnter()
  const [values, setValues] = useState({
    name: '', email: '', password: '', shop: '', country: region, currency: 'EUR',
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
  const bind = (key: keyof typeof values) => ({
    className: 'control w-full',
    value: values[key],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => setValues({ ...values, [key]: event.target.value }),
  })
  const signUp = async () => {
    await read(api.POST('/api/v1/auth/signup', { body: { ...values, cookie: true } }))
    await enter('/')
  }
  const foot = (
    <>
      {words.hasAccount}{' '}
      <Link to="/login" className="font-medium text-accent hover:underline">
        {words.signIn}
      </Link>
    </>
  )
  return (
    <Frame title={words.signUp} about={words.signUpAbout} foot={foot}>
      <Form onSubmit={signUp}>
        {({ errors, busy }) => (
          <>
            <Field label={words.shop} error={errors.shop}>
              {(props) => <input {...props} {...bind('shop')} autoComplete="organization" required />}
            </Field>
            <Field label={words.name} error={errors.name}>
              {(props) => <input {...props} {...bind('name')} autoComplete="name" required />}
            </Field>
            <Field label={words.email} error={errors.email}>
              {(props) => <input {...props} {...bind('email')} type="email" autoComplete="username" required />}
            </Field>
            <Field label={words.password} hint={words.passwordHint} error={errors.password}>
              {(props) => <input {...props} {...bind('password')} type="password" autoComplete="new-password" required />}
            </Field>
            <div className="grid grid-cols-2 gap-3">
              <Field label={words.country} error={errors.country}>
                {(props) => <input {...props} {...bind('country')} maxLength={2} autoComplete="country" required />}
              </Field>
              <Field label={words.currency} error={errors.currency}>
                {(props) => (
                  <select {...props} {...bind('currency')}>
                    {CURRENCIES.map((currency) => (
                      <option key={currency}>{currency}</option>
                    ))}
                  </select>
                )}
              </Field>
            </div>
            <Field label={words.timeZone} error={errors.time_zone}>
              {(props) => <input {...props} {...bind('time_zone')} required />}
            </Field>
            <Button type="submit" kind="primary" busy={busy}>
              {words.create}
            </Button>
          </>
        )}
      </Form>
    </Frame>
  )
}
