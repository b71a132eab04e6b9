import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { type ReactNode, useDeferredValue, useState } from 'react'

import { api, read } from '../api/client'
import { useMay } from '../api/me'
import { Kbd } from '../parts/Kbd'
import { useKeyScopes } from './keys'
import { destinationsFor } from './navigation'
import { keepPreferences } from './keptPreferences'
import { words } from './words'

type PaletteProps = { open: boolean; onClose: () => void; onKeys: () => void }

/** Everything by its name: pages, the commands of the page in front, preferences. A chunk of its own. */
export function Palette({ open, onClose, onKeys }: PaletteProps) {
  const navigate = useNavigate()
  const pages = destinationsFor(useMay()).flatMap((group) => group.pages)
  const scopes = useKeyScopes()
  const [typed, setTyped] = useState('')
  const products = useProducts(useDeferredValue(typed.trim()), open)
  const after = (work: () => void) => () => {
    onClose()
    setTimeout(work) // the dialog gives the focus back first
  }
  const commands = scopes.flatMap((scope) =>
    scope.title === words.go
      ? []
      : scope.commands().filter((command) => !command.off).map((command) => ({ ...command, scope: scope.title })),
  )
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      label={words.palette}
      overlayClassName="fixed inset-0 z-40 bg-black/35"
      contentClassName="fixed top-[14vh] left-1/2 z-50 w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-8 border border-line bg-raised shadow-float"
    >
      <Command.Input value={typed} onValueChange={setTyped} placeholder={words.paletteHint} className="h-12 w-full border-b border-line bg-transparent px-4 text-14 outline-none placeholder:text-muted" />
      <Command.List className="max-h-[46vh] overflow-y-auto p-2 text-13">
        <Command.Empty className="px-2 py-6 text-center text-muted">{words.paletteNone}</Command.Empty>
        <Group title={words.go}>
          {pages.map((page) => (
            <Item key={page.to} value={page.title} words={page.words} keys={`g ${page.key}`} onSelect={after(() => void navigate({ to: page.to }))}>
              <page.icon size={15} aria-hidden className="text-muted" />
              {page.title}
            </Item>
          ))}
        </Group>
        {products.length > 0 && (
          <Group title={words.products}>
            {products.map((product) => (
              <Item
                key={product.id}
                value={`${product.name} ${product.sku}`}
                words={typed}
                onSelect={after(() => void navigate({ to: '/catalog/$productId', params: { productId: product.id } }))}
              >
                <span className="truncate">{product.name}</span>
                <code className="ml-auto shrink-0 text-12 text-muted">{product.sku}</code>
              </Item>
            ))}
          </Group>
        )}
        <Group title={words.commands}>
          {commands.map((command) => (
            <Item
              key={`${command.scope} ${command.keys}`}
              value={`${command.label} ${command.scope}`}
              keys={command.keys}
              onSelect={after(() => void command.run(new KeyboardEvent('keydown', { key: command.keys })))}
            >
              {command.label}
            </Item>
          ))}
          <Item value={`${words.theme} ${words.themes.light}`} onSelect={after(() => keepPreferences({ theme: 'light' }))}>
            {words.theme}: {words.themes.light}
          </Item>
          <Item value={`${words.theme} ${words.themes.dark}`} onSelect={after(() => keepPreferences({ theme: 'dark' }))}>
            {words.theme}: {words.themes.dark}
          </Item>
          <Item value={words.keys} keys="?" onSelect={after(onKeys)}>
            {words.keys}
          </Item>
        </Group>
      </Command.List>
    </Command.Dialog>
  )
}

const SHORTEST = 2
const MOST = 6

/** Products whose name or number contains what is typed. */
function useProducts(text: string, open: boolean) {
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['products', 'palette', text],
    queryFn: ({ signal }) => read(api.GET('/api/v1/catalog/products', { signal, params: { query: { text, limit: MOST } } })),
    enabled: open && text.length >= SHORTEST && may('catalog:read'),
    placeholderData: keepPreviousData,
  })
  return text.length >= SHORTEST ? (data?.items ?? []) : []
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Command.Group heading={title} className="mb-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted">
      {children}
    </Command.Group>
  )
}

type ItemProps = { value: string; words?: string; keys?: string; onSelect: () => void; children: ReactNode }

function Item({ value, words: keywords, keys, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      keywords={keywords?.split(' ')}
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center gap-2 rounded-6 px-2 data-[selected=true]:bg-accent-soft"
    >
      {children}
      {keys && (
        <span className="ml-auto flex gap-1">
          {keys.split(' ').map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      )}
    </Command.Item>
  )
}
