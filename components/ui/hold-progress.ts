/** How long a button is held before it acts. A safety: the same with and without reduced motion. */
export const HOLD_MS = 2_000

/** Share 0–1 of the button that is filled after `heldMs`; in four steps where motion is to be reduced. */
export function holdFill(heldMs: number, stepped: boolean): number {
  const share = Math.min(1, Math.max(0, heldMs / HOLD_MS))
  return stepped ? Math.floor(share * 4) / 4 : share
}
