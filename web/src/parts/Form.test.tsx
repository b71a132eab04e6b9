import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'

import { ApiProblem } from '../api/problem'
import { Field } from './Field'
import { Form } from './Form'

function send(details: Record<string, unknown>) {
  render(
    <Form onSubmit={() => Promise.reject(new ApiProblem({ detail: 'It cannot be.', details }))}>
      {({ errors }) => (
        <>
          <Field label="Name" error={errors.name}>
            {(props) => <input {...props} />}
          </Field>
          <button type="submit">Save</button>
          <button type="reset">Discard</button>
        </>
      )}
    </Form>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
}

it('says what is wrong with a field beside it, and goes there', async () => {
  send({ fields: [{ field: 'name', expected: 'Shorter.' }] })
  await screen.findByText('Shorter.')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Name')))
  expect(screen.queryByRole('alert')).toBeNull()
})

it('forgets what was wrong when the change is discarded', async () => {
  send({ fields: [{ field: 'name', expected: 'Shorter.' }] })
  await screen.findByText('Shorter.')
  fireEvent.click(screen.getByRole('button', { name: 'Discard' }))
  await waitFor(() => expect(screen.queryByText('Shorter.')).toBeNull())
})

it('says above what is wrong with a field that it does not have', async () => {
  send({ fields: [{ field: 'rules', expected: 'Other rules.' }] })
  expect((await screen.findByRole('alert')).textContent).toContain('It cannot be.')
})
