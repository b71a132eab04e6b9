import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

/** A menu under a button. */
export function Menu({ trigger, defaultOpen, children }: { trigger: ReactNode; defaultOpen?: boolean; children: ReactNode }) {
  return (
    <DropdownMenu.Root defaultOpen={defaultOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className="z-50 max-h-[60vh] min-w-48 overflow-auto rounded-8 border border-line bg-raised p-1 shadow-float">
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const ITEM = 'flex h-8 cursor-pointer items-center gap-2 rounded-6 px-2 text-13 outline-none data-[disabled]:opacity-55 data-[highlighted]:bg-hover'

export function MenuItem(props: ComponentProps<typeof DropdownMenu.Item>) {
  return <DropdownMenu.Item {...props} className={`${ITEM} ${props.className ?? ''}`} />
}
