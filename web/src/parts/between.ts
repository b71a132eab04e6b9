/** Places of a straight scale: where a value lies between two ends. For what needs no ticks, d3-scale is too much. */
export function between([low, high]: readonly [number, number], [from, to]: readonly [number, number]): (value: number) => number {
  const stretch = high === low ? 0 : (to - from) / (high - low)
  return (value) => from + (value - low) * stretch
}
