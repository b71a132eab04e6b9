import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { answerKey, type KeyCommand, useKeys } from './keys'
import { setPreferences } from './preferences'

function Page({ commands }: { commands: KeyCommand[] }) {
  useKeys('Page', commands)
  return <input aria-label="text" />
}

beforeEach(() => document.addEventListener('keydown', answerKey))
afterEach(() => {
  document.removeEventListener('keydown', answerKey)
  setPreferences({ letterKeys: true })
})

it('answers a letter, and two in a row', async () => {
  const [approve, go] = [vi.fn(), vi.fn()]
  render(<Page commands={[{ keys: 'a', label: 'Approve', run: approve }, { keys: 'g p', label: 'Go', run: go }]} />)
  await userEvent.keyboard('a')
  await userEvent.keyboard('gp')
  expect(approve).toHaveBeenCalledTimes(1)
  expect(go).toHaveBeenCalledTimes(1)
})

it('leaves letters to whoever types', async () => {
  const run = vi.fn()
  const page = render(<Page commands={[{ keys: 'a', label: 'Approve', run }]} />)
  await userEvent.type(page.getByLabelText('text'), 'a')
  expect(run).not.toHaveBeenCalled()
})

it('answers no letters when they are switched off, but still Escape', async () => {
  const [letter, escape] = [vi.fn(), vi.fn()]
  setPreferences({ letterKeys: false })
  render(<Page commands={[{ keys: 'a', label: 'Approve', run: letter }, { keys: 'Escape', label: 'Back', run: escape }]} />)
  await userEvent.keyboard('a{Escape}')
  expect(letter).not.toHaveBeenCalled()
  expect(escape).toHaveBeenCalledTimes(1)
})
