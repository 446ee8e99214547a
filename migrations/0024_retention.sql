-- 0024: finding models that have more versions than are kept.

CREATE INDEX model_by_versions ON model (num_versions);
