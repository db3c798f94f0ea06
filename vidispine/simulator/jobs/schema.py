"""Tables of jobs."""

from __future__ import annotations

JOBS = """
CREATE TABLE job_type (name TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE behaviour (type TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE job (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER,              -- the parent of a sub-job
    user TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,   -- position in the enum: 0 is the highest
    started INTEGER NOT NULL,    -- times are milliseconds since 1970
    finished INTEGER,
    behaviour TEXT NOT NULL,     -- at the creation of the job, as JSON
    step INTEGER NOT NULL DEFAULT 0,    -- 0: not started
    phase TEXT NOT NULL DEFAULT 'new',  -- where to continue when the job gets a slot
    task INTEGER,                -- the current attempt of a step
    problem INTEGER,             -- the problem that a WAITING job waits for
    slot INTEGER NOT NULL DEFAULT 0,
    warned INTEGER NOT NULL DEFAULT 0,
    due INTEGER                  -- time of the next event
);
CREATE INDEX job_due ON job (due, serial) WHERE due IS NOT NULL;
CREATE INDEX job_queue ON job (priority, serial) WHERE status = 'READY' AND parent IS NULL;
CREATE INDEX job_slot ON job (slot) WHERE slot = 1;
CREATE INDEX job_parent ON job (parent) WHERE parent IS NOT NULL;
CREATE INDEX job_problem ON job (problem) WHERE problem IS NOT NULL;
CREATE INDEX job_user ON job (user) WHERE parent IS NULL;
CREATE INDEX job_status ON job (status) WHERE parent IS NULL;
CREATE INDEX job_type_of ON job (type) WHERE parent IS NULL;
CREATE INDEX job_priority ON job (priority) WHERE parent IS NULL;
CREATE INDEX job_started ON job (started) WHERE parent IS NULL;
CREATE INDEX job_finished ON job (finished) WHERE parent IS NULL;

CREATE TABLE job_data (
    job INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, given INTEGER NOT NULL,
    PRIMARY KEY (job, key)
) WITHOUT ROWID;
CREATE INDEX job_data_value ON job_data (key, value);

CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL, step INTEGER NOT NULL, attempt INTEGER NOT NULL, status TEXT NOT NULL,
    description TEXT NOT NULL,
    begun INTEGER NOT NULL, changed INTEGER NOT NULL,
    running_since INTEGER,       -- start of the progress over `duration`; NULL: no progress
    duration INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    error TEXT
);
CREATE INDEX task_job ON task (job);

CREATE TABLE problem (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL, resolved INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE job_work (
    job INTEGER PRIMARY KEY,
    original TEXT, work TEXT,    -- the effect of the job, at its creation and now, as JSON
    notification INTEGER, extra TEXT
);
"""
