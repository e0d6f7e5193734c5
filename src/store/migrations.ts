/** How the history file came to its present shape, step by step: only ever add to the end of this list. */
import { type Database, textColumn } from './driver.ts'

/** “Ears” in the file’s header, so that a file of another program is never taken for ours. */
const applicationId = 0x45617273

/** The file’s `user_version` is how many of these it has seen. */
const migrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- The head outlives its lines, so that no number is given twice after old lines were removed.
  CREATE TABLE room (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, head INTEGER NOT NULL) STRICT;

  -- A line's place is its order over all rooms.
  CREATE TABLE line (
    place INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES room (number),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    id TEXT NOT NULL,
    nick TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX line_by_seq ON line (room, seq);
  CREATE UNIQUE INDEX line_by_author ON line (author, id);
  CREATE INDEX line_of_topic ON line (room, seq) WHERE kind = 'topic';

  -- Any three letters in a row are found, in any script; the text itself stays in its line alone.
  CREATE VIRTUAL TABLE word USING fts5 (body, content = 'line', content_rowid = 'place', tokenize = 'trigram');
  INSERT INTO word (word, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER line_kept AFTER INSERT ON line BEGIN
    INSERT INTO word (rowid, body) VALUES (new.place, new.body);
  END;
  CREATE TRIGGER line_removed AFTER DELETE ON line BEGIN
    INSERT INTO word (word, rowid, body) VALUES ('delete', old.place, old.body);
  END;

  CREATE TABLE device (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    nick TEXT NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_by_seen ON device (seen_at);
  `,
  `
  -- SQLite up to 3.45 at least spoils an index of this kind that removes words at once. What is removed is merged away
  -- instead, and the index made anew from the lines.
  INSERT INTO word (word, rank) VALUES ('secure-delete', 0);
  INSERT INTO word (word) VALUES ('rebuild');
  `,
  `
  -- Words come into their index many lines at a time; one line at a time, most of the work of keeping it went there. The
  -- mark says up to which place that is done, and is written together with the words; another one, how far the index
  -- went when it was last made one piece.
  INSERT OR REPLACE INTO meta (name, value) SELECT 'indexed', coalesce(max(place), 0) FROM line;
  INSERT OR REPLACE INTO meta (name, value) VALUES ('merged', 0);
  DROP TRIGGER IF EXISTS line_kept;
  DROP TRIGGER line_removed;
  CREATE TRIGGER line_removed AFTER DELETE ON line
    WHEN old.place <= (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'indexed')
  BEGIN
    INSERT INTO word (word, rowid, body) VALUES ('delete', old.place, old.body);
  END;
  -- Each piece of the index is looked into by each search: when it is quiet, two of a size become one.
  INSERT INTO word (word, rank) VALUES ('usermerge', 2);
  `,
  `
  -- Each run of a server has a name that no copy of the history can make up. What a room had come to by the end of a run
  -- is written for the rooms alone that came further in it.
  CREATE TABLE run (number INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT;
  CREATE TABLE run_end (
    run INTEGER NOT NULL,
    room INTEGER NOT NULL REFERENCES room (number),
    head INTEGER NOT NULL,
    PRIMARY KEY (room, run)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- A hash of what all windows and scripts of one user have in common; empty where that is not known.
  ALTER TABLE device ADD COLUMN household TEXT NOT NULL DEFAULT '';
  `,
]

/** What a file is to this Earshot: one it can bring up to date, one of a later Earshot, or none of ours. */
export type Age =
  | { at: 'known'; version: number; isCurrent: boolean }
  | { at: 'newer'; version: number; known: number }
  | { at: 'foreign' }

export function ageOf(db: Database): Age {
  const version = pragma(db, 'user_version')
  const id = pragma(db, 'application_id')
  const empty = Number(db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables) === 0
  if (id !== applicationId && !(empty && id === 0 && version === 0)) return { at: 'foreign' }
  return version > migrations.length
    ? { at: 'newer', version, known: migrations.length }
    : { at: 'known', version, isCurrent: version === migrations.length }
}

/** Takes the missing steps, all of them or none. */
export function migrate(db: Database, version: number): void {
  if (version === migrations.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const step of migrations.slice(version)) db.exec(step)
    markCurrent(db)
    db.exec('COMMIT')
  } catch (error) {
    rollBack(db)
    throw error
  }
}

/** Says in its header that the file is in the present shape. */
export function markCurrent(db: Database): void {
  db.exec(`PRAGMA application_id = ${applicationId}`)
  db.exec(`PRAGMA user_version = ${migrations.length}`)
}

/** Undoes what the open transaction did; SQLite itself may have done so already, which it calls an error. */
export function rollBack(db: Database): void {
  try {
    db.exec('ROLLBACK')
  } catch {
    // Nothing is open any more, which is what was asked for.
  }
}

/**
 * Whether the tables are what our own steps make of an empty file. Damage can change a letter of their description,
 * which SQLite takes for another table, and every check of its own for a sound one.
 *
 * @param fresh an empty database
 * @param withParts also what SQLite made for the index of words by itself, whose form is not promised to stay
 */
export function isOurs(db: Database, fresh: Database, withParts: boolean): boolean {
  migrate(fresh, 0)
  const [found, expected] = [db, fresh].map(each =>
    each
      .prepare(
        `SELECT ${textColumn("type || ' ' || tbl_name || ' ' || sql", 'said')}, ${textColumn('name', 'name')} FROM sqlite_schema ORDER BY sqlite_schema.name`,
      )
      .all()
      .filter(({ name }) => withParts || !/^(word_|sqlite_)/.test(String(name)))
      .map(({ said, name }) => `${name} ${said}`)
      .join(),
  )
  return found === expected
}

const pragma = (db: Database, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
