'use client'

import { type FormEvent, useState } from 'react'
import { encode } from 'uqr'
import type { z } from 'zod'
import { useAccessWrite } from '@/lib/client/access-queries'
import { totpDto } from '@/lib/wire/access'
import { Field } from './field'
import { Refusal } from './settings-parts'

/** One-time codes: set up by camera or by hand, proven by one code, turned off with the password. */
export function TotpPart({ isOn }: { isOn: boolean }) {
  const write = useAccessWrite()
  const [begun, setBegun] = useState<z.infer<typeof totpDto> | null>(null)
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const clear = () => {
    setBegun(null)
    setCode('')
    setPassword('')
  }
  const begin = () =>
    write.mutate({ path: 'account/totp', body: {} }, { onSuccess: answer => setBegun(totpDto.parse(answer)) })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (password === '' || (!isOn && code === '')) return
    if (isOn) write.mutate({ path: 'account/totp/remove', body: { password } }, { onSuccess: clear })
    else write.mutate({ path: 'account/totp/confirm', body: { code, password } }, { onSuccess: clear })
  }
  if (!isOn && !begun)
    return (
      <p>
        <button type="button" className="btn" onClick={begin}>
          Set up one-time codes
        </button>{' '}
        <span className="dim">A second factor beside the password, from an authenticator application.</span>
        <Refusal error={write.error} />
      </p>
    )
  return (
    <form className="settings-form" aria-label="One-time codes" onSubmit={send}>
      {isOn && <p>One-time codes are on.</p>}
      {begun && (
        <div className="totp">
          <QrCode text={begun.uri} />
          <p>
            Scan this with an authenticator application, or type the secret by hand:{' '}
            <code className="mono" data-testid="totp-secret">
              {begun.secret}
            </code>
          </p>
        </div>
      )}
      {begun && (
        <Field
          label="Six digits that it shows"
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={setCode}
        />
      )}
      <Field
        label="Your password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <button type="submit" className="btn" aria-disabled={password === '' || write.isPending}>
        {isOn ? 'Turn one-time codes off' : 'Turn one-time codes on'}
      </button>
      <Refusal error={write.error} />
    </form>
  )
}

/** Dark on light whatever the theme: cameras expect it so. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code of the secret">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
