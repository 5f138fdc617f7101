-- The e-mail address that the identity provider vouches for: by it two accounts are seen to be one human.
ALTER TABLE "person" ADD COLUMN "email" TEXT;
