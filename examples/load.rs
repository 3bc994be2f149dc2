//! Measures the live server under load, beside a bare tokio-tungstenite server in the same run:
//!
//! ```text
//! cargo run --release --example load              everything
//! cargo run --release --example load -- fan 100   one part: fan N, stall, health, notice
//! ```
//!
//! Servers run as child processes of this program, so that their memory and time can be told from
//! the clients'. Ratios mean something on a busy machine; absolute figures do not.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{accept_async, client_async};
use validator::server::{Server, ServerOptions};
use validator::store::{Actor, NewWorkflow, Progress, Store, WorkflowId};

const ROUNDS: usize = 3;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["child", "raw"] => raw(),
        ["child", "hub", root] => hub(root, true),
        ["child", "hub-without-bell", root] => hub(root, false),
        ["fan", clients] => fan(clients.parse()?),
        ["stall"] => stall(),
        ["health"] => health(),
        ["notice"] => notice(),
        [] => {
            for clients in [10, 100, 1000] {
                fan(clients)?;
            }
            stall()?;
            notice()?;
            health()
        }
        _ => Err("fan N, stall, notice or health".into()),
    }
}

/// The server of this crate, until standard input ends.
fn hub(root: &str, doorbell: bool) -> Result<(), Failure> {
    let mut options = ServerOptions::local(root.into());
    options.max_clients = 10_000;
    options.limits.connections = 10_000;
    options.doorbell = doorbell;
    let server = Server::bind(&options)?;
    println!("{}", server.address().ok_or("no port")?);
    let stop = server.stop();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.stop();
    });
    server.run();
    Ok(())
}

/// What one would write first: a broadcast channel, and every client sent each message by itself.
/// Lines on standard input say what to publish: how many, and how many microseconds apart.
#[tokio::main]
async fn raw() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let (publish, _) = broadcast::channel::<Utf8Bytes>(1 << 17);
    let subscribe = publish.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut messages = subscribe.subscribe();
            tokio::spawn(async move {
                stream.set_nodelay(true)?;
                let mut socket = accept_async(stream).await?;
                while let Ok(message) = messages.recv().await {
                    socket.send(Message::Text(message)).await?;
                }
                Ok::<_, Failure>(())
            });
        }
    });
    let lines = std::io::stdin().lock().lines();
    let mut seq = 0;
    for line in lines {
        let line = line?;
        let (count, apart) = line.split_once(' ').ok_or("two numbers")?;
        let (count, apart): (i64, u64) = (count.parse()?, apart.parse()?);
        for _ in 0..count {
            seq += 1;
            let padding = "x".repeat(230);
            let frame = json!({"seq": seq, "ts_us": now_us(), "type": "load", "data": padding});
            publish.send(frame.to_string().into())?;
            if apart > 0 {
                std::thread::sleep(Duration::from_micros(apart));
            }
        }
    }
    Ok(())
}

/// A server in a process of its own.
struct Running {
    child: Child,
    address: SocketAddr,
    directory: Option<(tempfile::TempDir, Store)>,
}

impl Running {
    fn start(mode: &[&str]) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("child")
            .args(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Running { child, address: line.trim().parse()?, directory: None })
    }

    fn raw() -> Result<Self, Failure> {
        Self::start(&["raw"])
    }

    fn hub(mode: &str) -> Result<Self, Failure> {
        let directory = tempfile::tempdir()?;
        let store = Store::create(directory.path())?;
        let mut running = Self::start(&[mode, &directory.path().display().to_string()])?;
        running.directory = Some((directory, store));
        Ok(running)
    }

    fn root(&self) -> PathBuf {
        self.directory
            .as_ref()
            .map(|(directory, _)| directory.path().to_owned())
            .unwrap_or_default()
    }

    /// Publishes this many events, this far apart; zero is as fast as it goes.
    fn publish(&mut self, count: i64, apart: Duration) -> Result<(), Failure> {
        match &self.directory {
            // The server sees a burst whole, so that it is not the database that is measured.
            Some((_, store)) if apart.is_zero() => {
                self.signal("-STOP")?;
                let written = write_events(store, count, apart);
                self.signal("-CONT")?;
                written
            }
            Some((_, store)) => write_events(store, count, apart),
            None => {
                let line = format!("{count} {}\n", apart.as_micros());
                Ok(self.child.stdin.as_mut().ok_or("no input")?.write_all(line.as_bytes())?)
            }
        }
    }

    fn signal(&self, signal: &str) -> Result<(), Failure> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status()?;
        if sent.success() { Ok(()) } else { Err("no signal could be sent".into()) }
    }

    /// Resident memory in KiB.
    fn memory(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Processor time that was used so far.
    fn time(&self) -> Result<Duration, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
        let ticks: u64 = fields[12].parse::<u64>()? + fields[13].parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        std::thread::sleep(Duration::from_millis(100));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_events(store: &Store, count: i64, apart: Duration) -> Result<(), Failure> {
    let workflow = workflow(store)?;
    let each = if apart.is_zero() { 1_000 } else { 1 };
    for first in (1..=count).step_by(each) {
        let last = count.min(first + each as i64 - 1);
        store.write(Actor::cli(), move |tx| {
            (first..=last).try_for_each(|done| tx.progress(workflow, &at(done.unsigned_abs())))
        })?;
        if !apart.is_zero() {
            std::thread::sleep(apart);
        }
    }
    Ok(())
}

/// An event of some 300 bytes.
fn at(done: u64) -> Progress {
    let path = Some(format!("docs/{}.md", "a-long-name-".repeat(5)));
    Progress { done, path, ..Progress::default() }
}

fn workflow(store: &Store) -> Result<WorkflowId, Failure> {
    let new = NewWorkflow { kind: "load".into(), what: json!({}) };
    Ok(store.write(Actor::cli(), move |tx| {
        let id = tx.create_workflow(&new)?;
        tx.begin_workflow(id, 1_000_000)?;
        Ok(id)
    })?)
}

fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or_default()
}

/// What all clients together have got.
#[derive(Default)]
struct Got {
    count: AtomicU64,
    first_us: AtomicI64,
    last_us: AtomicI64,
    /// For each event in turn, how long it took to the client that got it last.
    latency: std::sync::Mutex<Vec<i64>>,
}

/// Connects clients that count, and note latencies if they are wanted.
async fn clients(
    address: SocketAddr,
    count: usize,
    got: &Arc<Got>,
    latency: bool,
) -> Result<Vec<JoinHandle<()>>, Failure> {
    let mut tasks = Vec::new();
    for _ in 0..count {
        let mut socket = connect(address).await?;
        let got = Arc::clone(got);
        tasks.push(tokio::spawn(async move {
            let mut index = 0;
            while let Some(Ok(Message::Text(text))) = socket.next().await {
                let Some(rest) =
                    text.strip_prefix("{\"seq\":").or_else(|| after(&text, "\"seq\":"))
                else {
                    continue;
                };
                if text.contains("\"caught_up\"") || rest.is_empty() {
                    continue;
                }
                let now = now_us();
                got.count.fetch_add(1, Ordering::Relaxed);
                let _ = got.first_us.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
                got.last_us.fetch_max(now, Ordering::Relaxed);
                if latency {
                    let sent = after(&text, "\"ts_us\":").map_or(now, number);
                    let mut all = got.latency.lock().expect("no client panics");
                    if all.len() <= index {
                        all.resize(index + 1, 0);
                    }
                    all[index] = all[index].max(now - sent);
                }
                index += 1;
            }
        }));
    }
    // The last of them has been greeted when nothing more comes.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(tasks)
}

async fn connect(
    address: SocketAddr,
) -> Result<tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>, Failure> {
    let request = Request::builder()
        .uri(format!("ws://{address}/ws/validation_updates"))
        .header("Host", address.to_string())
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key())
        .body(())?;
    let stream = tokio::net::TcpStream::connect(address).await?;
    Ok(client_async(request, stream).await?.0)
}

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.find(key).map(|at| &text[at + key.len()..])
}

fn number(text: &str) -> i64 {
    let end = text.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or_default()
}

async fn until(got: &Got, count: u64) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while got.count.load(Ordering::Relaxed) < count && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn quantile(sorted: &[i64], share: f64) -> f64 {
    let at = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default() as f64 / 1000.0
}

/// What one server did for a number of clients.
#[derive(Default)]
struct Figures {
    /// Deliveries a second in a burst.
    throughput: f64,
    /// Processor time of the server for one delivery, in microseconds.
    cost: f64,
    /// Milliseconds from an event to the client that got it last, at a steady rate.
    p50: f64,
    p99: f64,
    /// KiB of the server for one client.
    memory: f64,
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

fn measure(mut server: Running, count: usize) -> Result<Figures, Failure> {
    let runtime = runtime()?;
    let burst = (2_000_000 / count as i64).clamp(2_000, 30_000);
    let rate = (10_000 / count as i64).max(10);
    let mut figures = Figures::default();
    let before = server.memory()?;
    let got = Arc::new(Got::default());
    let tasks = runtime.block_on(clients(server.address, count, &got, false))?;
    figures.memory = server.memory()?.saturating_sub(before) as f64 / count as f64;
    let (started, base) = (server.time()?, got.count.load(Ordering::Relaxed));
    got.first_us.store(0, Ordering::Relaxed);
    server.publish(burst, Duration::ZERO)?;
    let expected = base + burst.unsigned_abs() * count as u64;
    runtime.block_on(until(&got, expected));
    let delivered = (got.count.load(Ordering::Relaxed) - base) as f64;
    let elapsed = got.last_us.load(Ordering::Relaxed) - got.first_us.load(Ordering::Relaxed);
    figures.throughput = delivered / (elapsed as f64 / 1e6);
    figures.cost = (server.time()? - started).as_secs_f64() * 1e6 / delivered;
    tasks.iter().for_each(JoinHandle::abort);

    let got = Arc::new(Got::default());
    let tasks = runtime.block_on(clients(server.address, count, &got, true))?;
    server.publish(rate * 3, Duration::from_micros(1_000_000 / rate.unsigned_abs()))?;
    runtime.block_on(until(&got, rate.unsigned_abs() * 3 * count as u64));
    tasks.iter().for_each(JoinHandle::abort);
    let mut latency = got.latency.lock().expect("no client panics").clone();
    latency.sort_unstable();
    (figures.p50, figures.p99) = (quantile(&latency, 0.5), quantile(&latency, 0.99));
    Ok(figures)
}

fn fan(count: usize) -> Result<(), Failure> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((measure(Running::raw()?, count)?, measure(Running::hub("hub")?, count)?));
    }
    println!("\n{count} clients, medians of {ROUNDS}     raw   validator   ratio");
    let line = |name: &str, part: fn(&Figures) -> f64| {
        let raw = median(rounds.iter().map(|(raw, _)| part(raw)));
        let ours = median(rounds.iter().map(|(_, ours)| part(ours)));
        let ratio = median(rounds.iter().map(|(raw, ours)| part(ours) / part(raw)));
        println!("{name:<22} {raw:>10.2} {ours:>11.2} {ratio:>7.2}");
    };
    line("deliveries/s, thousand", |figures| figures.throughput / 1e3);
    line("processor, us each", |figures| figures.cost);
    line("to all, p50 ms", |figures| figures.p50);
    line("to all, p99 ms", |figures| figures.p99);
    line("memory, KiB a client", |figures| figures.memory);
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Whether a client that stops reading is felt by the others.
fn stall() -> Result<(), Failure> {
    println!("\n9 clients, 500 events/s      p50 ms   p99 ms");
    for with_stalled in [false, true] {
        let mut server = Running::hub("hub")?;
        let runtime = runtime()?;
        let stalled = runtime.block_on(connect(server.address))?;
        if !with_stalled {
            drop(stalled);
        } else {
            std::mem::forget(stalled);
            // As much as the kernel takes for it, and more.
            server.publish(20_000, Duration::ZERO)?;
        }
        let got = Arc::new(Got::default());
        let tasks = runtime.block_on(clients(server.address, 9, &got, true))?;
        let base = got.latency.lock().expect("no client panics").len();
        server.publish(1_500, Duration::from_millis(2))?;
        runtime.block_on(until(&got, 1_500 * 9));
        tasks.iter().for_each(JoinHandle::abort);
        let mut latency = got.latency.lock().expect("no client panics")[base..].to_vec();
        latency.sort_unstable();
        let name = if with_stalled { "one more has stalled" } else { "all read" };
        println!("{name:<26} {:>8.2} {:>8.2}", quantile(&latency, 0.5), quantile(&latency, 0.99));
    }
    Ok(())
}

/// How soon what this process writes is at a client of the server in another.
fn notice() -> Result<(), Failure> {
    println!("\nwritten elsewhere, seen     p50 ms   p99 ms");
    for (mode, name) in [("hub", "by the doorbell"), ("hub-without-bell", "by looking")] {
        let mut server = Running::hub(mode)?;
        let runtime = runtime()?;
        let got = Arc::new(Got::default());
        let tasks = runtime.block_on(clients(server.address, 1, &got, true))?;
        server.publish(300, Duration::from_micros(13_700))?;
        runtime.block_on(until(&got, 300));
        tasks.iter().for_each(JoinHandle::abort);
        let mut latency = got.latency.lock().expect("no client panics").clone();
        latency.sort_unstable();
        println!("{name:<26} {:>8.2} {:>8.2}", quantile(&latency, 0.5), quantile(&latency, 0.99));
    }
    Ok(())
}

/// How soon `/health` is answered while ten thousand pages are checked.
fn health() -> Result<(), Failure> {
    let server = Running::hub("hub")?;
    write_pages(&server.root().join("pages"), 10_000)?;
    let started = ask(server.address, "POST /api/validate/batch", "{\"directory\":\"pages\"}")?;
    let id = after(&started, "\"workflow_id\":\"").ok_or("no workflow")?;
    let id = id.split('"').next().unwrap_or_default().to_owned();
    let mut stream = open(server.address)?;
    let mut times = Vec::new();
    let start = Instant::now();
    let mut looked = Instant::now();
    loop {
        let begin = Instant::now();
        exchange(&mut stream, server.address, "GET /health", "")?;
        times.push(i64::try_from(begin.elapsed().as_micros())?);
        std::thread::sleep(Duration::from_millis(2));
        if looked.elapsed() > Duration::from_millis(200) {
            looked = Instant::now();
            let state =
                exchange(&mut stream, server.address, &format!("GET /api/workflows/{id}"), "")?;
            if state.contains("\"COMPLETED\"") || start.elapsed() > Duration::from_secs(120) {
                break;
            }
        }
    }
    times.sort_unstable();
    println!(
        "\n/health during a batch of 10,000 pages ({:.1} s, {} calls): p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms",
        start.elapsed().as_secs_f64(),
        times.len(),
        quantile(&times, 0.5),
        quantile(&times, 0.99),
        quantile(&times, 1.0),
    );
    Ok(())
}

fn write_pages(directory: &Path, count: usize) -> Result<(), Failure> {
    std::fs::create_dir_all(directory)?;
    let section = "\n## A section\n\nSome words that say little, with a [link](other.md) and `code`. \n\n\n* one\n* two\n";
    for index in 0..count {
        std::fs::write(
            directory.join(format!("page-{index:05}.md")),
            format!("# Page {index}\n{}", section.repeat(30)),
        )?;
    }
    Ok(())
}

fn open(address: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn ask(address: SocketAddr, what: &str, body: &str) -> Result<String, Failure> {
    exchange(&mut open(address)?, address, what, body)
}

/// One request and its answer.
fn exchange(
    stream: &mut TcpStream,
    address: SocketAddr,
    what: &str,
    body: &str,
) -> Result<String, Failure> {
    let head = if body.is_empty() {
        format!("{what} HTTP/1.1\r\nHost: {address}\r\n\r\n")
    } else {
        let length = body.len();
        format!(
            "{what} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    stream.write_all(head.as_bytes())?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if count == 0
            || length
                .is_none_or(|length| length.parse().is_ok_and(|length: usize| body.len() >= length))
        {
            return Ok(body.to_owned());
        }
    }
}
