-- 0008: sentences that came as CoNLL-U are kept as they were written, with all that the three columns of
-- tokens do not hold: raw text, white space, multi-word tokens, features, document and paragraph marks.

-- The lines of the sentence with the blank line behind it and what stood between it and the sentence
-- before; NULL: it came as JSON, or before this was kept.
ALTER TABLE sentence ADD COLUMN source TEXT;
