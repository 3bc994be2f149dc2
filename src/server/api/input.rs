//! What a handler takes, as a type: from it come the parameters in the OpenAPI document, the checks of
//! a query, and the values that the handler has.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::value::Error as Asked;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};
use serde_path_to_error::Error as Misplaced;
use warp::http::StatusCode;

use super::param::{Param, invalid};
use crate::server::errors::ApiError;

/// A struct with a field for each parameter, or two of them side by side.
pub trait HandlerInput: Sized {
    /// The parameters, in the order in which they are listed.
    fn params() -> Vec<Param>;

    /// Takes what is its own out of the values of a query.
    ///
    /// # Errors
    /// If a value is none of its field's, with the field's name.
    fn take(values: &mut Map<String, Value>) -> Result<Self, Misplaced<serde_json::Error>>;
}

impl<T: DeserializeOwned + JsonSchema> HandlerInput for T {
    fn params() -> Vec<Param> {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
        fields::<T>().iter().filter_map(|name| Param::of_field(name, &schema)).collect()
    }

    fn take(values: &mut Map<String, Value>) -> Result<Self, Misplaced<serde_json::Error>> {
        let own: Map<_, _> =
            fields::<T>().iter().filter_map(|name| values.remove_entry(*name)).collect();
        serde_path_to_error::deserialize(Value::Object(own))
    }
}

/// Two inputs in one query.
pub struct Both<A, B>(pub A, pub B);

impl<A: HandlerInput, B: HandlerInput> HandlerInput for Both<A, B> {
    fn params() -> Vec<Param> {
        [A::params(), B::params()].concat()
    }

    fn take(values: &mut Map<String, Value>) -> Result<Self, Misplaced<serde_json::Error>> {
        Ok(Both(A::take(values)?, B::take(values)?))
    }
}

/// The names of a struct's fields in their order, which a schema does not keep.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Ask<'f>(&'f mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Ask<'_> {
        type Error = Asked;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
            Err(Asked::custom("not a struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Asked> {
            *self.0 = fields;
            Err(Asked::custom("only its fields are asked for"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
            ignored_any
        }
    }

    let mut fields: &[&str] = &[];
    drop(T::deserialize(Ask(&mut fields)));
    fields
}

/// The parameters that a query is read by.
pub struct Parameters<In> {
    list: Arc<[Param]>,
    shape: OnceLock<Validator>,
    input: PhantomData<fn() -> In>,
}

impl<In: HandlerInput> Parameters<In> {
    pub fn new() -> Self {
        Parameters { list: In::params().into(), shape: OnceLock::new(), input: PhantomData }
    }

    pub fn list(&self) -> Arc<[Param]> {
        Arc::clone(&self.list)
    }

    /// Reads a query in which each parameter is there once.
    ///
    /// # Errors
    /// 400 for what is unknown, repeated, missing or of the wrong kind; 422 for what is not UTF-8.
    pub fn read(&self, query: &str) -> Result<In, ApiError> {
        let mut values = self.values(query)?;
        if !values.is_empty() {
            self.check(&values)?;
        }
        let is_missing = |param: &&Param| param.required && !values.contains_key(param.name);
        if let Some(Param { name, about, .. }) = self.list.iter().find(is_missing) {
            let message = format!("the parameter `{name}` is missing");
            let hint = format!("add `?{name}=…`: {about}");
            return Err(ApiError::bad_request("missing_parameter", message).hint(hint));
        }
        In::take(&mut values).map_err(|error| match error.path().to_string() {
            name if self.named(&name).is_some() => self.refuse(&name, &Value::Null),
            _ => invalid("query").hint(error.inner().to_string()),
        })
    }

    fn values(&self, query: &str) -> Result<Map<String, Value>, ApiError> {
        let mut values = Map::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let Some(param) = self.named(&name) else { return Err(self.unknown(&name)) };
            if values.insert(name, param.value(value)).is_some() {
                let message = format!("the parameter `{}` is given more than once", param.name);
                return Err(
                    ApiError::bad_request("repeated_parameter", message).hint("give it once")
                );
            }
        }
        Ok(values)
    }

    /// That the values are what the document says.
    fn check(&self, values: &Map<String, Value>) -> Result<(), ApiError> {
        let shape = self.shape.get_or_init(|| {
            let schemas = self.list.iter().map(|param| (param.name, &param.schema));
            let schema = json!({"properties": schemas.collect::<BTreeMap<_, _>>()});
            jsonschema::validator_for(&schema).expect("a type's schema is a schema")
        });
        let values = Value::Object(values.clone());
        let Some(error) = shape.iter_errors(&values).next() else { return Ok(()) };
        let name = error.instance_path().as_str().trim_start_matches('/').to_owned();
        Err(self.refuse(&name, &values[&name]))
    }

    fn named(&self, name: &str) -> Option<&Param> {
        self.list.iter().find(|param| param.name == name)
    }

    fn refuse(&self, name: &str, value: &Value) -> ApiError {
        self.named(name).map_or_else(|| invalid(name), |param| param.refuse(value))
    }

    fn unknown(&self, name: &str) -> ApiError {
        let shown: String = name.chars().take(40).flat_map(char::escape_default).collect();
        let names: Vec<&str> = self.list.iter().map(|param| param.name).collect();
        let hint = if names.is_empty() {
            "this path takes no parameters".to_owned()
        } else {
            format!("this path takes {}", names.join(", "))
        };
        ApiError::bad_request("unknown_parameter", format!("there is no parameter `{shown}`"))
            .hint(hint)
    }
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned()).map_err(|_| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        ApiError::new(status, "not_utf8", "the query is not UTF-8").hint("percent-encode UTF-8")
    })
}
