-- 0017: names for versions of a model.

-- "production" is the version that serves calls which name none; without it the newest serves. The second
-- reference keeps a version that has an alias from being deleted alone; with its model it goes.
CREATE TABLE model_alias (
    model        INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,                       -- a name that is no number and not "latest"
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,                    -- ms since 1970
    updated_at   INTEGER NOT NULL,                    -- ms since 1970: when it came to this version
    PRIMARY KEY (model, name),
    FOREIGN KEY (model, version) REFERENCES model_version (model, version)
) STRICT, WITHOUT ROWID;
