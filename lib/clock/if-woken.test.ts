import { expect, it } from 'vitest'
import { FakeClock } from './fake-clock'
import { ifWoken } from './if-woken'

it('takes a waking for the end of the sleep, and nothing else', async () => {
  const waker = new AbortController()
  const slept = new FakeClock().sleep(1_000, waker.signal).catch(ifWoken(waker.signal))
  waker.abort(new Error('woken'))
  await expect(slept).resolves.toBeUndefined()
  const broken = Promise.reject(new Error('no timers left')).catch(ifWoken(new AbortController().signal))
  await expect(broken).rejects.toThrow('no timers left')
})
