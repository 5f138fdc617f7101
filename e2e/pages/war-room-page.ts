import { expect, type Locator, type Page } from '@playwright/test'
import { warRoomDto } from '../../lib/wire/stream'

/** The main view and the frame around it. */
export class WarRoomPage {
  readonly header: Locator
  readonly fuse: Locator
  readonly fuseTimer: Locator
  readonly firstSuspect: Locator
  readonly fleet: Locator
  readonly timeline: Locator
  readonly workstreams: Locator

  constructor(readonly page: Page) {
    this.header = page.getByRole('banner')
    this.fuse = page.getByRole('region', { name: 'Time left', exact: true })
    this.fuseTimer = this.fuse.getByRole('timer')
    this.firstSuspect = page.getByTestId('first-suspect')
    this.fleet = page.getByRole('region', { name: 'Fleet', exact: true })
    this.timeline = page.getByRole('region', { name: 'Timeline' })
    this.workstreams = page.getByRole('region', { name: 'Workstreams' })
  }

  async open(path = '/') {
    await this.page.goto(path)
    await expect(this.header.getByText(/^Live/)).toBeVisible({ timeout: 30_000 })
  }

  /** Seconds on the fuse clock. */
  async secondsLeft(): Promise<number> {
    const text = (await this.fuseTimer.textContent()) ?? ''
    const parts = text.split(':').map(Number)
    expect(text, 'the fuse shows hours, minutes and seconds').toMatch(/^(\d+:)?\d\d:\d\d$/)
    return parts.reduce((sum, part) => sum * 60 + part, 0)
  }

  /** What the API says at this moment, checked against the published shape. */
  async state() {
    const answer = await this.page.request.get('/api/v1/war-room')
    expect(answer.status()).toBe(200)
    return warRoomDto.parse(await answer.json())
  }

  async chooseSpeed(speed: 1 | 5 | 10 | 20 | 60 | 120) {
    await this.header.getByRole('button', { name: 'Speed and scenario' }).click()
    await this.page.getByRole('menuitem', { name: `×${speed}`, exact: true }).click()
    await expect(this.header.getByText(new RegExp(`×${speed}(?!\\d)`))).toBeVisible()
  }

  async addNote(text: string) {
    await this.timeline.getByRole('button', { name: /Add note/ }).click()
    await this.page.getByRole('textbox', { name: /^Note/ }).fill(text)
    await this.page.getByRole('dialog').getByRole('button', { name: 'Add note' }).click()
  }
}
