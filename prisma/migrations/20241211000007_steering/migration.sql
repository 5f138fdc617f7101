-- How a person steers a running action. A column of its own for the pause: each claim of shots asks for it.
ALTER TABLE "action"
  ADD COLUMN "pause" JSONB,
  ADD COLUMN "widened_to" INTEGER,
  ADD COLUMN "accepted" JSONB;
