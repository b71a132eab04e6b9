import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export type Tab = { id: string; label: ReactNode; count?: number | string | null; content?: ReactNode }
type TabsProps = { tabs: readonly Tab[]; value: string; onChange: (id: string) => void; label: string; className?: string }

/** Tabs; the value belongs into the URL. Without `content` they are a filter above whatever follows. */
export function Tabs({ tabs, value, onChange, label, className = '' }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className={`flex min-h-0 flex-col ${className}`}>
      <Radix.List aria-label={label} className="flex shrink-0 gap-4 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-13 whitespace-nowrap text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text"
          >
            {tab.label}
            {tab.count !== undefined && tab.count !== null && (
              <span className="figures text-12 text-muted">{tab.count}</span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={tab.content ? 'min-h-0 flex-1 pt-4' : 'hidden'}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
