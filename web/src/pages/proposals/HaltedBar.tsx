import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { OctagonPause } from 'lucide-react'

import { controlQuery } from './queries'
import { words } from './words'

/** Says above the list that nothing goes live while the kill switch is on. */
export function HaltedBar() {
  const { data } = useQuery(controlQuery)
  if (!data?.halted) return null
  return (
    <p role="status" className="flex shrink-0 items-center gap-2 rounded-8 border border-line bg-bad-soft px-4 py-2 text-13 text-bad">
      <OctagonPause size={16} aria-hidden className="shrink-0" />
      <span className="min-w-0 truncate">
        {words.halted}: {data.reason}
      </span>
      <Link to="/policies" className="ml-auto shrink-0 font-medium underline">
        Policies
      </Link>
    </p>
  )
}
