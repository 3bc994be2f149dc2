//! Events over WebSockets: in order, each once, whoever wrote them.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;
use validator::store::{Retention, Store};

use crate::raw;
use crate::site::{self, Site};
use crate::ws::{self, End};

fn numbers(frames: &[Value]) -> Vec<i64> {
    frames.iter().filter_map(|frame| frame["seq"].as_i64()).collect()
}

#[test]
fn the_test_socket_says_hello() {
    let site = site::serve();
    let mut client = ws::connect(site.address, "/ws/test").expect("it is let in");
    assert_eq!(client.text().as_deref(), Ok("Hello from test WebSocket!"));
}

#[test]
fn history_comes_first_and_then_what_happens() {
    let site = site::serve();
    let workflow = site.running(10);
    site.settle();
    let mut client = ws::follow(site.address, 0);
    let hello = client.expect("hello");
    assert_eq!((hello["proto"].as_i64(), hello["heartbeat_ms"].as_i64()), (Some(1), Some(30_000)));
    assert_eq!(client.expect("workflow_started")["workflow_id"], workflow.to_string());
    client.expect("workflow_progress");
    assert_eq!(client.expect("caught_up")["seq"], 2);
    site.events(workflow, 3);
    for seq in 3..=5 {
        let event = client.expect("workflow_progress");
        assert_eq!(event["seq"], seq);
        assert_eq!(event["data"]["done"], seq - 2);
    }
}

#[test]
fn without_since_only_what_happens_is_sent() {
    let site = site::serve();
    let workflow = site.running(10);
    site.settle();
    let mut client = ws::connect(site.address, "/ws/validation_updates").expect("it is let in");
    assert!(client.until("caught_up").iter().all(|frame| frame["type"] == "hello"));
    site.events(workflow, 1);
    assert_eq!(client.expect("workflow_progress")["seq"], 3);
}

#[test]
fn what_was_missed_is_caught_up_from_ring_and_log() {
    let site = site::serve();
    let workflow = site.running(100_000);
    // More than the ring holds.
    site.events(workflow, 40_000);
    site.settle();
    for since in [0, 5, 20_000, 39_990, 40_002] {
        let mut client = ws::follow(site.address, since);
        client.expect("hello");
        let seen = numbers(&client.until("caught_up"));
        assert_eq!(seen, (since + 1..=40_002).collect::<Vec<_>>(), "since {since}");
    }
}

#[test]
fn one_workflow_can_be_followed_alone() {
    let site = site::serve();
    let (one, other) = (site.running(10), site.running(10));
    site.events(other, 300);
    site.events(one, 2);
    site.settle();
    let mut client =
        ws::connect(site.address, &format!("/ws/{one}?since=0")).expect("it is let in");
    client.expect("hello");
    let seen = client.until("caught_up");
    assert!(seen.iter().all(|frame| frame["workflow_id"] == one.to_string()), "{seen:?}");
    assert_eq!(numbers(&seen), [1, 2, 305, 306]);
    site.events(other, 1);
    site.events(one, 1);
    assert_eq!(client.expect("workflow_progress")["seq"], 308);
}

#[test]
fn workflows_that_do_not_exist_cannot_be_followed() {
    let site = site::serve();
    assert_eq!(ws::connect(site.address, "/ws/wf_00000000000").err(), Some(404));
    assert_eq!(ws::connect(site.address, "/ws/nothing").err(), Some(400));
    assert_eq!(ws::connect(site.address, "/ws/validation_updates/more").err(), Some(404));
}

#[test]
fn cursors_that_mean_nothing_are_told_so() {
    let site = site::serve();
    site.running(1);
    site.settle();
    for bad in ["since=-1", "since=abc", "since=18446744073709551616", "since=1&since=2", "from=1"]
    {
        let path = format!("/ws/validation_updates?{bad}");
        assert_eq!(ws::connect(site.address, &path).err(), Some(400), "{bad}");
    }
    for (query, reason) in [("since=9", "future"), ("since=1&epoch=0123", "epoch")] {
        let path = format!("/ws/validation_updates?{query}");
        let mut client = ws::connect(site.address, &path).expect("it is let in");
        client.expect("hello");
        let reset = client.expect("reset");
        assert_eq!((reset["reason"].as_str(), reset["head"].as_i64()), (Some(reason), Some(2)));
        client.expect("caught_up");
    }
}

#[test]
fn what_a_snapshot_knows_is_not_the_future() {
    let site = site::serve_with(|options| options.doorbell = false);
    let workflow = site.running(1_000);
    for _ in 0..50 {
        site.events(workflow, 1);
        let head = raw::get(site.address, "/api/snapshot").json()["head"].as_i64().expect("a head");
        let mut client = ws::follow(site.address, head);
        client.expect("hello");
        client.expect("caught_up");
    }
}

#[test]
fn a_hole_in_history_is_never_silent() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("root")).expect("a root");
    let root = directory.path().join("root");
    drop(Store::create(&root).expect("a record"));
    let keep = Retention { events: 100, ..Retention::default() };
    let store = Store::open_with(&root, keep).expect("a record");
    let site = site::serve_in(directory, store, |_| {});
    let workflow = site.running(10);
    site.store
        .write(validator::store::Actor::cli(), move |tx| tx.cancel_workflow(workflow))
        .expect("it ends");
    // Only events of workflows that have ended are forgotten.
    for _ in 0..40 {
        let id = site.running(1);
        site.events(id, 50);
        site.store
            .write(validator::store::Actor::cli(), move |tx| tx.cancel_workflow(id))
            .expect("it ends");
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    let kept = loop {
        let kept = site.store.read(|reader| reader.log_state()).expect("a log").min_seq;
        if kept > 1 || Instant::now() > deadline {
            break kept;
        }
        site.running(1);
    };
    assert!(kept > 1, "something was forgotten");
    site.settle();
    std::thread::sleep(Duration::from_millis(400));
    let mut client = ws::follow(site.address, 0);
    assert!(client.expect("hello")["min_seq"].as_i64() > Some(1));
    assert_eq!(client.expect("reset")["reason"], "pruned");
    client.until("caught_up");
    // The whole that is kept can still be had.
    let mut client = ws::follow(site.address, kept + 10);
    client.expect("hello");
    let seen = numbers(&client.until("caught_up"));
    assert_eq!(seen.first(), Some(&(kept + 11)));
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "without a gap");
}

#[test]
fn another_log_in_its_place_is_noticed() {
    let site = site::serve();
    let workflow = site.running(10);
    site.events(workflow, 10);
    let mut client = ws::follow(site.address, 0);
    let first = client.expect("hello")["epoch"].clone();
    client.up_to(12);
    let other = tempfile::tempdir().expect("a directory");
    drop(Store::create(other.path()).expect("another record"));
    let (from, to) = (Store::path(other.path()), Store::path(&site.root()));
    let _ = fs::remove_file(to.with_extension("db-wal"));
    let _ = fs::remove_file(to.with_extension("db-shm"));
    fs::rename(from, to).expect("it takes the place");
    client.until("reset");
    client.expect("caught_up");
    let store = Store::open(&site.root()).expect("the other record");
    site::running(&store, 1);
    assert_eq!(client.expect("workflow_started")["seq"], 1);
    let status = raw::get(site.address, "/api/status").json();
    assert_ne!(status["epoch"], first);
    assert_eq!(status["head"], 2);
}

#[test]
fn clients_have_nothing_to_say() {
    let site = site::serve();
    let hear = |message: Message| {
        let mut client = ws::follow(site.address, 0);
        client.until("caught_up");
        client.send(message);
        client.end()
    };
    assert_eq!(hear(Message::text("approve")), End::Closed(1008));
    assert_eq!(hear(Message::binary(vec![1, 2])), End::Closed(1008));
    assert_eq!(hear(Message::Close(None)), End::Closed(1005));

    let mut client = ws::follow(site.address, 0);
    client.until("caught_up");
    for _ in 0..50 {
        client.send(Message::Ping(vec![0].into()));
    }
    assert_eq!(client.end(), End::Closed(1008));
}

#[test]
fn frames_that_are_none_end_the_connection() {
    let site = site::serve();
    let tebibyte = [&[0x82, 0xff][..], &(1u64 << 40).to_be_bytes(), &[1, 2, 3, 4]].concat();
    let fragments = || {
        let mut bytes = Vec::new();
        for index in 0..2_000u32 {
            bytes.extend([if index == 0 { 0x02 } else { 0x00 }, 0xfe, 0x0f, 0xa0, 0, 0, 0, 0]);
            bytes.extend([7; 4_000]);
        }
        bytes
    };
    for (name, bytes) in [
        ("not masked", vec![0x81, 0x01, b'a']),
        ("not UTF-8", vec![0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
        ("a reserved kind", vec![0x83, 0x80, 0, 0, 0, 0]),
        ("a tebibyte", tebibyte),
        ("eight megabytes in fragments", fragments()),
    ] {
        let mut client = ws::follow(site.address, 0);
        client.until("caught_up");
        // It may be over before all is sent.
        let _ = client.send_raw(&bytes);
        let end = client.end();
        assert!(matches!(end, End::Gone | End::Closed(_)), "{name}: {end:?}");
    }
    assert_eq!(raw::get(site.address, "/health").status, 200);
}

#[test]
fn there_are_only_so_many_clients() {
    let site = site::serve_with(|options| options.max_clients = 3);
    let mut clients: Vec<_> = (0..3).map(|_| ws::follow(site.address, 0)).collect();
    assert_eq!(ws::connect(site.address, "/ws/validation_updates").err(), Some(503));
    assert_eq!(ws::connect(site.address, "/ws/test").err(), Some(503));
    clients.pop();
    let deadline = Instant::now() + Duration::from_secs(5);
    while ws::connect(site.address, "/ws/test").is_err() {
        assert!(Instant::now() < deadline, "a place becomes free");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_client_that_stops_reading_delays_nobody_and_is_let_go() {
    let site = site::serve();
    let workflow = site.running(100_000);
    let mut stalled = ws::follow(site.address, 0);
    let mut reader = ws::follow(site.address, 0);
    reader.up_to(2);
    let events = std::thread::scope(|scope| {
        let reading = scope.spawn(|| reader.up_to(20_002).len());
        site.events(workflow, 20_000);
        reading.join().expect("it reads")
    });
    assert_eq!(events, 20_000);
    // It took what the kernel took for it, and then nothing for ten seconds.
    std::thread::sleep(Duration::from_secs(11));
    assert!(matches!(stalled.end(), End::Gone | End::Closed(1013)));
}

#[test]
fn those_who_stop_and_come_back_lose_nothing_while_others_write() {
    const WRITERS: u64 = 2;
    const EACH: u64 = 2_000;
    let site = site::serve();
    let mut writers: Vec<_> = (0..WRITERS).map(|_| writer(&site, EACH)).collect();
    // Begin, and the events; written in turns by processes that know nothing of each other.
    let last = i64::try_from(WRITERS * (EACH + 2)).expect("a number");
    let address = site.address;
    let clients: Vec<_> =
        (0..20).map(|index| std::thread::spawn(move || chaos(address, index, last))).collect();
    for client in clients {
        let (seen, resets) = client.join().expect("the client gets to the end");
        assert_eq!(resets, 0);
        assert_eq!(seen, (1..=last).collect::<Vec<_>>(), "all, once, in order");
    }
    for writer in &mut writers {
        assert!(writer.wait().expect("it ends").success());
    }
}

/// Reads to the end, dropping the connection at random without a word.
fn chaos(address: std::net::SocketAddr, seed: u64, last: i64) -> (Vec<i64>, usize) {
    let mut seen: Vec<i64> = Vec::new();
    let mut resets = 0;
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    while seen.last() != Some(&last) {
        let Ok(mut client) = ws::connect(
            address,
            &format!("/ws/validation_updates?since={}", seen.last().unwrap_or(&0)),
        ) else {
            continue;
        };
        for _ in 0..next(400) {
            let Ok(frame) = client.next() else { break };
            resets += usize::from(frame["type"] == "reset");
            seen.extend(frame["seq"].as_i64().filter(|_| frame["type"] != "caught_up"));
            if seen.last() == Some(&last) {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(next(20)));
    }
    (seen, resets)
}

/// Another process that writes this many events into the site's record.
fn writer(site: &Site, events: u64) -> std::process::Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["live::writes_if_it_is_told_to", "--exact"])
        .env("WRITER_ROOT", site.root())
        .env("WRITER_EVENTS", events.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("another process")
}

/// Not a test by itself: what [`writer`] runs.
#[test]
fn writes_if_it_is_told_to() {
    let (Ok(root), Ok(events)) = (std::env::var("WRITER_ROOT"), std::env::var("WRITER_EVENTS"))
    else {
        return;
    };
    let store = Store::open(root.as_ref()).expect("a record");
    let events = events.parse().expect("a number");
    let workflow = site::running(&store, events);
    site::progress(&store, workflow, events);
}

#[test]
fn a_writer_that_is_killed_leaves_no_half_event() {
    let site = site::serve();
    let mut client = ws::follow(site.address, 0);
    client.until("caught_up");
    for wait in [5, 20, 60, 120] {
        let mut writer = writer(&site, 1_000_000);
        std::thread::sleep(Duration::from_millis(150 + wait));
        writer.kill().expect("it is killed");
        writer.wait().expect("it is gone");
    }
    // Opening says of the workflows that were broken off that they failed.
    let store = Store::open(&site.root()).expect("the record opens");
    let last = store.read(|reader| reader.log_state()).expect("a log").head;
    let seen = client.up_to(last);
    assert_eq!(seen, (1..=last).collect::<Vec<_>>());
}

#[test]
fn events_arrive_soon_by_the_bell_and_by_looking() {
    for (bell, limit) in [(true, Duration::from_millis(25)), (false, Duration::from_millis(120))] {
        let site = site::serve_with(|options| options.doorbell = bell);
        let workflow = site.running(100);
        let mut client = ws::follow(site.address, 0);
        client.up_to(2);
        let mut times: Vec<Duration> = (0..40)
            .map(|_| {
                let start = Instant::now();
                site.events(workflow, 1);
                while client.next().expect("a frame")["type"] != "workflow_progress" {}
                std::thread::sleep(Duration::from_millis(7));
                start.elapsed() - Duration::from_millis(7)
            })
            .collect();
        times.sort();
        let median = times[times.len() / 2];
        // Generous: other tests run at the same time. The load example measures.
        assert!(median < limit, "bell {bell}: {median:?}");
    }
}

#[test]
fn the_server_says_goodbye() {
    let mut site = site::serve();
    let mut client = ws::follow(site.address, 0);
    let mut test = ws::connect(site.address, "/ws/test").expect("it is let in");
    client.until("caught_up");
    test.text().expect("a greeting");
    let start = Instant::now();
    site.stop();
    assert_eq!(client.end(), End::Closed(1012));
    assert!(matches!(test.end(), End::Closed(_)));
    drop((client, test));
    site.wait();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
