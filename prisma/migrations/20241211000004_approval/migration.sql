-- What a second person was asked, and what came of it.
ALTER TABLE "action" ADD COLUMN "approval" JSONB;
