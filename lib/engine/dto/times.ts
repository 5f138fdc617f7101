/** ISO 8601 UTC of epoch ms. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

/** The same, null where there is no instant. */
export const isoOrNull = (epochMs: number | null | undefined): string | null =>
  epochMs === undefined || epochMs === null || !Number.isFinite(epochMs) ? null : iso(epochMs)
