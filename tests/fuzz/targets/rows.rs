//! Any values in a row of any table: the rest of the database is read as before.

use face_server::people::{PhotoId, ProposalId};
use face_server::store::{Database, Kind, MAX_LIMIT, Opening, Recipe, Role, SightingQuery};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tempfile::TempDir;

const KINDS: [Kind; 8] = [
    Kind::Setting,
    Kind::Camera,
    Kind::Presence,
    Kind::AtRest,
    Kind::Folder,
    Kind::PersonSettings,
    Kind::Intent,
    Kind::Undo,
];

struct Home {
    folder: TempDir,
    database: Database,
    token: String,
    /// Each with its number of columns.
    tables: Vec<(String, u8)>,
}

thread_local! {
    static HOME: Home = Home::open();
}

impl Home {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open(folder.path(), Opening::Sole).expect("a database");
        let token = database.create_token("known", Role::Read, None, Timestamp::now()).expect("a token");
        let tables = tables(&other(&folder)).expect("tables");
        Self { folder, database, token, tables }
    }
}

/// Another program's connection to the same file.
fn other(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("face.sqlite3")).expect("the database")
}

fn tables(database: &Connection) -> rusqlite::Result<Vec<(String, u8)>> {
    let query = "SELECT name, (SELECT count(*) FROM pragma_table_info(t.name)) FROM sqlite_schema AS t
                 WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    database.prepare(query)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The next value of what the bytes say.
fn value(bytes: &mut &[u8]) -> Value {
    let mut take = |most: usize| {
        let (taken, rest) = bytes.split_at(most.min(bytes.len()));
        *bytes = rest;
        taken
    };
    let kind = take(1).first().copied().unwrap_or_default();
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
    let length = kind / 6;
    match kind % 6 {
        0 => Value::Null,
        1 => Value::Integer(i64::from(length)),
        2 => Value::Integer(number(take(8)).cast_signed()),
        3 => Value::Real(f64::from_bits(number(take(8)))),
        4 => Value::Text(String::from_utf8_lossy(take(usize::from(length))).into_owned()),
        _ => Value::Blob(take(usize::from(length) * 16).to_vec()),
    }
}

fn read(home: &Home) {
    let database = &home.database;
    let found = database.find_token(&home.token, Timestamp::now()).expect("tokens can be read");
    assert_eq!(found.expect("the token is there").name, "known");
    let _ = (database.tokens(), database.clients(), database.roster(), database.known_files());
    for kind in KINDS {
        let _ = database.documents::<serde_json::Value>(kind);
    }
    let any = SightingQuery { limit: MAX_LIMIT, ..SightingQuery::default() };
    let sightings = database.sightings(&any).map(|page| page.items).unwrap_or_default();
    for sighting in sightings {
        let _ = (database.sighting_crop(sighting.id), database.sighting_embedding(sighting.id, "m"));
    }
    let _ = (database.last_sighting(), database.mistaken_faces("m"), database.newest_pictures());
    let _ = (database.strangers("m"), database.strangers_aside("m"));
    let _ = (database.proposals("m"), database.proposal_picture(&ProposalId("p".into())));
    for unknown in database.unknowns(None, MAX_LIMIT).map(|page| page.items).unwrap_or_default() {
        let _ = database.unknown_pictures(&unknown.stranger.id);
    }
    let recipe = Recipe { model: "m".into(), preprocessing: 1 };
    let _ = database.described(&PhotoId("p".into()), &recipe);
}

pub(crate) fn run(bytes: &[u8]) {
    let Some((table, mut rest)) = bytes.split_first() else { return };
    HOME.with(|home| {
        let (table, columns) = &home.tables[usize::from(*table) % home.tables.len()];
        let values: Vec<Value> = (0..*columns).map(|_| value(&mut rest)).collect();
        let places = vec!["?"; usize::from(*columns)].join(", ");
        let other = other(&home.folder);
        // What the table itself refuses cannot stand there.
        if other.execute(&format!("INSERT INTO {table} VALUES ({places})"), params_from_iter(&values)).is_ok() {
            read(home);
            let known = if table == "token" { "WHERE name != 'known'" } else { "" };
            other.execute(&format!("DELETE FROM {table} {known}"), []).expect("removed");
        }
    });
}
