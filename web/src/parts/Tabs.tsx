import { type KeyboardEvent, type ReactNode, useId } from 'react'

export type Tab = { id: string; label: ReactNode; count?: number | string | null; content?: ReactNode }
type TabsProps = { tabs: readonly Tab[]; value: string; onChange: (id: string) => void; label: string; className?: string }

/** Tabs; the value belongs into the URL. Without `content` they are a filter above whatever follows. Arrow keys choose. */
export function Tabs({ tabs, value, onChange, label, className = '' }: TabsProps) {
  const group = useId()
  const at = tabs.findIndex((tab) => tab.id === value)
  const shown = tabs[at]
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }
    const next = tabs[((places[event.key] ?? Number.NaN) + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    document.getElementById(`${group}-${next.id}`)?.focus()
    onChange(next.id)
  }
  return (
    <div className={`flex min-h-0 flex-col ${className}`}>
      <div role="tablist" aria-label={label} className="flex shrink-0 gap-4 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${group}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === value}
            aria-controls={tab.id === value && tab.content ? `${group}-panel` : undefined}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
            onKeyDown={move}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-13 whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text aria-selected:border-accent aria-selected:font-medium aria-selected:text-text"
          >
            {tab.label}
            {tab.count !== undefined && tab.count !== null && (
              <span className="figures text-12 text-muted">{tab.count}</span>
            )}
          </button>
        ))}
      </div>
      {shown?.content && (
        <div key={shown.id} id={`${group}-panel`} role="tabpanel" aria-labelledby={`${group}-${shown.id}`} className="min-h-0 flex-1 pt-4">
          {shown.content}
        </div>
      )}
    </div>
  )
}
