import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="plain-page">
      <h1>No such page</h1>
      <p>The address leads nowhere. It may be from an older version, or mistyped.</p>
      <p>
        <Link className="btn" href="/">
          War room
        </Link>
      </p>
    </main>
  )
}
