/** How far something is; null: it moves, nobody knows how far. */
export function ProgressBar({ share, label }: { share: number | null; label: string }) {
  const known = share === null ? {} : { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 }
  return (
    <div role="progressbar" aria-label={label} {...known} className="h-1 overflow-hidden rounded-full bg-line">
      <div
        className={`h-full rounded-full bg-accent transition-[width] duration-300 ${share === null ? 'w-full animate-pulse' : ''}`}
        style={share === null ? undefined : { width: `${Math.max(1, share * 100)}%` }}
      />
    </div>
  )
}
