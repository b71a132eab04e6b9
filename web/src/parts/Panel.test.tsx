import { render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { ApiProblem } from '../api/problem'
import { Panel } from './Panel'

function Broken(): never {
  throw new ApiProblem({ detail: 'It failed.' })
}

it('keeps what fails inside, with space around it also where the content has none', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  render(
    <Panel title="Runs" flush>
      <Broken />
    </Panel>,
  )
  const said = screen.getByRole('alert')
  expect(said.textContent).toContain('It failed.')
  expect(said.parentElement?.className).toContain('px-4')
  expect(screen.getByRole('heading', { name: 'Runs' })).toBeTruthy()
})
