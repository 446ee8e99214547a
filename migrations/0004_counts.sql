-- 0004: counts that lists show are kept, not counted each time; jobs of a model by state.

-- Distinct tags of a tagged data set: rows of dataset_tag of kind 0 and of kind 1.
ALTER TABLE dataset ADD COLUMN num_upos INTEGER NOT NULL DEFAULT 0 CHECK (num_upos >= 0);
ALTER TABLE dataset ADD COLUMN num_xpos INTEGER NOT NULL DEFAULT 0 CHECK (num_xpos >= 0);
UPDATE dataset SET
    num_upos = (SELECT count(*) FROM dataset_tag t WHERE t.dataset = dataset.id AND t.kind = 0),
    num_xpos = (SELECT count(*) FROM dataset_tag t WHERE t.dataset = dataset.id AND t.kind = 1);

-- Existing versions. A model without any keeps only the number of its next version.
ALTER TABLE model ADD COLUMN num_versions INTEGER NOT NULL DEFAULT 0 CHECK (num_versions >= 0);
UPDATE model SET
    num_versions = (SELECT count(*) FROM model_version v WHERE v.model = model.id);

CREATE INDEX job_by_model_state ON job (model, state, id);
