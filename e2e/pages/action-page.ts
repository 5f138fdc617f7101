import { expect, type Locator, type Page } from '@playwright/test'
import { type ActionDto, actionDto } from '../../lib/wire/actions'

/** One action in full, with what landed, what is done and what is verified. */
export class ActionPage {
  readonly progress: Locator
  readonly clusters: Locator
  readonly undo: Locator

  constructor(readonly page: Page) {
    this.progress = page.getByLabel('Progress', { exact: true })
    this.clusters = page.getByRole('region', { name: 'Clusters', exact: true })
    this.undo = page.getByRole('button', { name: 'Hold to undo: hold for two seconds' })
  }

  get id(): string {
    return decodeURIComponent(new URL(this.page.url()).pathname.split('/').at(-1) ?? '')
  }

  /** The figure under this name, such as `12/12`. */
  figure(name: string): Locator {
    const term = this.page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) })
    return this.progress.locator('div').filter({ has: term }).getByRole('definition')
  }

  async state(): Promise<ActionDto> {
    const answer = await this.page.request.get(`/api/v1/actions/${encodeURIComponent(this.id)}`)
    expect(answer.status()).toBe(200)
    return actionDto.parse(await answer.json())
  }

  /** A button that is held; its name says so. */
  async hold(label: string | RegExp) {
    const first = this.page.getByRole('button', { name: label })
    await expect(first).toBeEnabled({ timeout: 30_000 })
    // What can be held next may begin with the same words.
    const name = (await first.getAttribute('aria-label')) ?? ''
    const button = this.page.getByRole('button', { name, exact: true })
    await button.focus()
    await this.page.keyboard.down('Enter')
    await expect(button).toBeHidden({ timeout: 30_000 })
    await this.page.keyboard.up('Enter')
  }

  async holdToUndo() {
    await this.undo.focus()
    await this.page.keyboard.down('Enter')
    await expect(this.undo).toBeHidden({ timeout: 30_000 })
    await this.page.keyboard.up('Enter')
  }
}
