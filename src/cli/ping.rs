//! `validator ping`

use std::io::{self, Write};
use std::time::Instant;

use super::{Outcome, terminal};
use crate::server::Token;
use crate::server::client::{Address, ClientError};

/// What the server says to those who try.
const GREETING: &str = "Hello from test WebSocket!";

/// Check that a server is reachable
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator ping
  validator ping --url http://127.0.0.1:9000")]
pub(super) struct PingArgs {
    /// URL of the server
    #[arg(long, default_value = "http://127.0.0.1:8585")]
    url: String,
    /// Access token of the server
    #[arg(long, env = "VALIDATOR_TOKEN", hide_env_values = true, allow_hyphen_values = true)]
    token: Option<String>,
}

pub(super) fn run(options: &PingArgs, _: &terminal::TerminalArgs) -> anyhow::Result<Outcome> {
    let token = options.token.as_deref().map(Token::given).transpose()?;
    let start = Instant::now();
    let answer = Address::parse(&options.url).and_then(|address| {
        let mut connection = address.connect("/ws/test", token.as_ref())?;
        let text = connection.receive()?.unwrap_or_default();
        if text == GREETING {
            return Ok(text);
        }
        let cause = "it opens a WebSocket but does not greet".to_owned();
        Err(ClientError::Stranger { address: options.url.clone(), cause })
    });
    match answer {
        Ok(text) => {
            let ms = start.elapsed().as_secs_f64() * 1000.0;
            writeln!(io::stdout(), "{}: {text} ({ms:.1} ms)", options.url)?;
            Ok(Outcome::Fine)
        }
        Err(error) => anyhow::bail!("{error}\nhelp: {}", error.hint()),
    }
}
