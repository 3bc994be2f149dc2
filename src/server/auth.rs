//! The token that opens a server to those who know it, and to nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use warp::http::HeaderMap;
use warp::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};

/// The WebSocket subprotocol that the server speaks and, where a client offers it, answers.
pub const SUBPROTOCOL: &str = "validator.v1";
const TOKEN_PROTOCOL: &str = "validator.token.";
const MIN_LENGTH: usize = 16;

/// A secret that lives as long as the process; its `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

/// Why a token given from outside is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    #[error("the token has {0} characters, expected at least {MIN_LENGTH}")]
    Short(usize),
    #[error("the token holds a character other than letters, digits, `-`, `_`, `.` and `~`")]
    Character,
}

impl Token {
    /// A new token of 32 random bytes.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn random() -> Result<Self, TokenError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Token(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token that somebody chose.
    ///
    /// # Errors
    /// If it is too short, or could not stand in a URL or a header as it is.
    pub fn given(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.len() < MIN_LENGTH {
            return Err(TokenError::Short(text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)) {
            return Err(TokenError::Character);
        }
        Ok(Token(text.to_owned()))
    }

    /// The token, for the address that is printed and for clients.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the request shows this token, as `Authorization: Bearer` or as a subprotocol.
    pub fn shown_in(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let offered = protocols(headers).find_map(|name| name.strip_prefix(TOKEN_PROTOCOL));
        bearer.or(offered).is_some_and(|shown| self.is(shown))
    }

    fn is(&self, shown: &str) -> bool {
        self.0.as_bytes().ct_eq(shown.as_bytes()).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// The subprotocols that a WebSocket client offers.
pub fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
