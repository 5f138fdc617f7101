-- When an action is to be undone by itself; asked for every few seconds, so it must not be dug out of plans.
ALTER TABLE "action" ADD COLUMN "reverts_at" TIMESTAMPTZ(3);

UPDATE "action" SET "reverts_at" = "confirmed_at" + ("plan"->>'revertAfterMs')::float8 * interval '1 ms'
WHERE "plan" ? 'revertAfterMs' AND "confirmed_at" IS NOT NULL AND "undo_of" IS NULL;

CREATE INDEX "action_reverts_at_idx" ON "action"("reverts_at");
