-- The cluster before and after a shot.
ALTER TABLE "shot" ADD COLUMN "effect" JSONB;

-- Newest entries of one subject, such as one action's.
CREATE INDEX "audit_entry_subject_seq_idx" ON "audit_entry"("subject", "seq");

-- Running actions are looked for several times a second.
CREATE INDEX "action_state_idx" ON "action"("state");
