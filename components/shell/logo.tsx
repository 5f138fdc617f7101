/** The sign: a holdfast, the root by which kelp grips rock in any current. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M10 2.5v15M10 8.5c0 4-5.5 3-6 8.5M10 8.5c0 4 5.5 3 6 8.5" />
      <circle cx="10" cy="3.6" r="1.9" fill="var(--surface)" />
    </svg>
  )
}
