import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { DropdownMenu as Menu } from 'radix-ui'
import { type ReactNode, useRef } from 'react'

import { api, read } from '../api/client'
import { live } from '../api/live'
import { logOut, switchShop } from '../api/me'
import { AccountButton, type AccountProps } from './AccountButton'
import { keepPreferences } from './keptPreferences'
import { type Density, type Theme, usePreferences } from './preferences'
import { announceProblem } from './toasts'
import { words } from './words'

const ITEM =
  'flex h-8 cursor-pointer items-center gap-2 rounded-6 px-2 text-13 outline-none select-none data-[highlighted]:bg-hover'

/** Where one is, as whom; what one may set for oneself; the way out. */
export function AccountMenu({ me, onKeys, defaultOpen }: AccountProps & { defaultOpen?: boolean }) {
  const preferences = usePreferences()
  const wantsKeys = useRef(false)
  /** Only now has the menu given the focus back: a dialog that opens earlier would not know where it came from. */
  const afterwards = () => {
    if (wantsKeys.current) onKeys()
    wantsKeys.current = false
  }
  return (
    <Menu.Root defaultOpen={defaultOpen}>
      <Menu.Trigger asChild>
        <AccountButton of={{ me, onKeys }} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content onCloseAutoFocus={afterwards} side="top" align="start" sideOffset={4} className="z-50 w-60 rounded-8 border border-line bg-raised p-1 shadow-float">
          <p className="truncate px-2 py-1.5 text-12 text-muted">{me.email}</p>
          <Shops />
          <Choice title={words.theme} value={preferences.theme} values={words.themes} onChange={(theme) => keepPreferences({ theme: theme as Theme })} />
          <Choice title={words.density} value={preferences.density} values={words.densities} onChange={(density) => keepPreferences({ density: density as Density })} />
          <Menu.Separator className="my-1 h-px bg-line" />
          <Menu.CheckboxItem
            className={ITEM}
            checked={preferences.letterKeys}
            onCheckedChange={(letterKeys) => keepPreferences({ letterKeys })}
            onSelect={(event) => event.preventDefault()}
          >
            {words.letterKeys}
            <Menu.ItemIndicator className="ml-auto">
              <Check size={14} aria-hidden />
            </Menu.ItemIndicator>
          </Menu.CheckboxItem>
          <Menu.Item
            className={ITEM}
            onSelect={() => {
              wantsKeys.current = true
            }}
          >
            {words.keys}
          </Menu.Item>
          <LogOut />
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  )
}

function LogOut() {
  const router = useRouter()
  const leave = async () => {
    try {
      await logOut()
      await router.navigate({ to: '/login' })
    } catch (error) {
      announceProblem(error)
    }
  }
  return (
    <Menu.Item className={ITEM} onSelect={() => void leave()}>
      {words.logOut}
    </Menu.Item>
  )
}

function Shops() {
  const { data } = useQuery({ queryKey: ['me', 'shops'], queryFn: () => read(api.GET('/api/v1/tenants')), staleTime: 300_000 })
  const router = useRouter()
  if (!data || data.length < 2) return null
  const go = async (tenant: string) => {
    try {
      await switchShop(tenant)
      live.restart()
      await router.navigate({ to: '/' })
      await router.invalidate()
    } catch (error) {
      announceProblem(error)
    }
  }
  const current = data.find((shop) => shop.current)?.id ?? ''
  const names = Object.fromEntries(data.map((shop) => [shop.id, shop.name]))
  return <Choice title={words.switchShop} value={current} values={names} onChange={(tenant) => tenant !== current && void go(tenant)} />
}

type ChoiceProps = { title: string; value: string; values: Readonly<Record<string, ReactNode>>; onChange: (value: string) => void }

function Choice({ title, value, values, onChange }: ChoiceProps) {
  return (
    <Menu.Sub>
      <Menu.SubTrigger className={ITEM}>
        {title}
        <span className="ml-auto truncate text-12 text-muted">{values[value]}</span>
      </Menu.SubTrigger>
      <Menu.Portal>
        <Menu.SubContent sideOffset={6} className="z-50 min-w-44 rounded-8 border border-line bg-raised p-1 shadow-float">
          <Menu.RadioGroup value={value} onValueChange={onChange}>
            {Object.entries(values).map(([id, name]) => (
              <Menu.RadioItem key={id} value={id} className={ITEM}>
                {name}
                <Menu.ItemIndicator className="ml-auto">
                  <Check size={14} aria-hidden />
                </Menu.ItemIndicator>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.SubContent>
      </Menu.Portal>
    </Menu.Sub>
  )
}
