//! The library, file by file and over random input: rules, data, schemas, structure, fixes,
//! configuration, the record, and what strangers put into repositories.

mod bad_input;
mod config;
mod data;
mod data_agreement;
mod data_limits;
mod data_messages;
mod data_types;
#[path = "../shared/expected.rs"]
mod expected;
mod fix;
mod fixtures;
mod generated;
#[cfg(unix)]
mod growth;
#[cfg(unix)]
mod hostile;
mod layers;
mod learn;
mod markdownlint_cases;
mod messages;
mod mutation;
mod properties;
#[path = "../shared/random.rs"]
mod random;
mod reports;
mod rules;
mod schema;
mod schema_suite;
mod siblings;
#[path = "../shared/sound.rs"]
mod sound;
mod store;
mod structure;
