/** Second 0 of every scenario: 14:45 in San Francisco (UTC−8) on the day of the incident. */
export const SCENARIO_START_AT = Date.UTC(2024, 11, 11, 22, 45)

/** Seconds from the scenario's start to a time of that day in San Francisco. */
export function secondAt(hours: number, minutes: number): number {
  return (hours * 60 + minutes - (14 * 60 + 45)) * 60
}
