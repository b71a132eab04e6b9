import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'

import { RowList } from './RowList'

const NO_ERRORS = {}

function Steps({ errors = NO_ERRORS }: { errors?: Record<string, string> }) {
  const [rows, setRows] = useState<readonly { days: string }[]>([{ days: '30' }, { days: '60' }])
  return (
    <RowList name="steps" label="Steps" hint="In order." rows={rows} errors={errors} disabled={false} add="Add a step" added={() => ({ days: '' })} onChange={setRows}>
      {(row, change) => <input aria-label="Days" value={row.days} onChange={(event) => change({ days: event.target.value })} />}
    </RowList>
  )
}

const values = () => screen.getAllByLabelText<HTMLInputElement>('Days').map((box) => box.value)

it('adds a row and goes into it, changes it, and removes it again', async () => {
  render(<Steps />)
  await userEvent.click(screen.getByRole('button', { name: 'Add a step' }))
  expect(document.activeElement).toBe(screen.getAllByLabelText('Days')[2])
  await userEvent.keyboard('90')
  expect(values()).toEqual(['30', '60', '90'])
  await userEvent.click(screen.getByRole('button', { name: 'Remove steps, 2' }))
  expect(values()).toEqual(['30', '90'])
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add a step' }))
})

it('says what is wrong with the list, and with a row, where it is', () => {
  render(<Steps errors={{ steps: 'Not in order.', 'steps.1': 'No such day.' }} />)
  expect(screen.getByRole('group', { name: 'Steps, 2' }).textContent).toContain('No such day.')
  expect(screen.getByRole('group', { name: 'Steps, 1' }).textContent).not.toContain('No such day.')
  expect(screen.getByText('Not in order.')).toBeTruthy()
  expect(screen.queryByText('In order.')).toBeNull()
})
