-- Until when a token lets in, where that is set, and when it last did, to the minute.
ALTER TABLE token ADD COLUMN expires INTEGER;
ALTER TABLE token ADD COLUMN last_used INTEGER;
