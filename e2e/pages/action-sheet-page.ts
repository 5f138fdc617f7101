import { expect, type Locator, type Page } from '@playwright/test'

/** The sheet over every view: a plan with its targets, guards and undo, and the confirmation. */
export class ActionSheetPage {
  readonly sheet: Locator
  readonly reason: Locator
  readonly typedName: Locator

  constructor(readonly page: Page) {
    this.sheet = page.getByRole('dialog', { name: /^Remove service/ })
    this.reason = this.sheet.getByRole('textbox', { name: 'Reason' })
    this.typedName = this.sheet.getByRole('textbox', { name: 'Type the name' })
  }

  /** The confirmation while it says `why` it cannot be held. */
  locked(why: string): Locator {
    return this.sheet.getByRole('button', { name: why, exact: true })
  }

  get holdable(): Locator {
    return this.sheet.getByRole('button', { name: /^Hold to remove from \d+ clusters?/ })
  }

  /** Holds the confirmation by keyboard until the sheet shows that the action runs. */
  async holdToConfirm() {
    await this.holdable.focus()
    await this.page.keyboard.down('Enter')
    await expect(this.sheet.getByRole('link', { name: 'Follow every cluster' })).toBeVisible({
      timeout: 30_000,
    })
    await this.page.keyboard.up('Enter')
  }
}
