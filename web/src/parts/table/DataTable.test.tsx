import { fireEvent, render, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { answerKey } from '../../app/keys'
import { type Column, DataTable, type Selection, sortable } from '.'

type Row = { id: string; name: string; price: string | null }

const rows: Row[] = Array.from({ length: 10_000 }, (_, at) => ({ id: `p${at}`, name: `Product ${at}`, price: at === 3 ? null : `${at}.50` }))
const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', cell: (row) => row.name, sort: (row) => row.name },
  { id: 'price', header: 'Price', cell: (row) => row.price, sort: (row) => sortable(row.price), align: 'right' },
]

function Table({ list = rows, onOpen, onSelection }: { list?: Row[]; onOpen?: (row: Row) => void; onSelection?: (selection: Selection) => void }) {
  const [selection, setSelection] = useState<Selection>(new Set())
  const select = (next: Selection) => {
    setSelection(next)
    onSelection?.(next)
  }
  return <DataTable label="Products" rows={list} columns={columns} rowId={(row) => row.id} rowName={(row) => row.name} selection={selection} onSelect={select} onOpen={onOpen} />
}

beforeEach(() => document.addEventListener('keydown', answerKey))
afterEach(() => document.removeEventListener('keydown', answerKey))

it('holds ten thousand rows with few of them in the document', () => {
  const table = render(<Table />).getByRole('grid')
  expect(table.getAttribute('aria-rowcount')).toBe('10001')
  const shown = within(table).getAllByRole('row').length
  expect(shown).toBeGreaterThan(18)
  expect(shown).toBeLessThan(60)
})

it('sorts up, down and back, nothing last both ways', async () => {
  const page = render(<Table list={rows.slice(0, 6)} />)
  const names = () => within(page.getByRole('grid')).getAllByText(/^Product/).map((cell) => cell.textContent)
  const header = page.getByRole('button', { name: 'Price' })
  await userEvent.click(header)
  expect(names().at(-1)).toBe('Product 3')
  await userEvent.click(header)
  expect(names()[0]).toBe('Product 5')
  expect(names().at(-1)).toBe('Product 3')
  await userEvent.click(header)
  expect(names()[3]).toBe('Product 3')
})

it('moves, selects and opens by keyboard from anywhere on the page', async () => {
  const onOpen = vi.fn<(row: Row) => void>()
  const onSelection = vi.fn<(selection: Selection) => void>()
  render(<Table onOpen={onOpen} onSelection={onSelection} />)
  await userEvent.keyboard('jjxkx{Enter}')
  expect([...(onSelection.mock.lastCall?.[0] ?? [])].toSorted()).toEqual(['p0', 'p1'])
  expect(onOpen).toHaveBeenLastCalledWith(rows[0])
})

it('goes to the last row with End when it has the focus', async () => {
  const onOpen = vi.fn<(row: Row) => void>()
  const page = render(<Table onOpen={onOpen} />)
  page.getByRole('grid').focus()
  await userEvent.keyboard('{End}{Enter}')
  expect(onOpen).toHaveBeenLastCalledWith(rows.at(-1))
})

it('selects a range with shift', () => {
  const onSelection = vi.fn<(selection: Selection) => void>()
  const page = render(<Table onSelection={onSelection} />)
  fireEvent.click(page.getByLabelText('Select Product 1'))
  fireEvent.click(page.getByText('Product 4'), { shiftKey: true })
  expect([...(onSelection.mock.lastCall?.[0] ?? [])]).toEqual(['p1', 'p2', 'p3', 'p4'])
})
