//! Requests by number and what they are to be answered with; the numbers are those of the
//! documentation. `{P}` stands for the server's port, `{Q}` for another.

/// A request as it goes over the wire.
pub struct Case {
    pub name: &'static str,
    request: String,
    tail: Vec<u8>,
    /// One of these statuses; 0 stands for a connection that is closed without an answer.
    pub expect: &'static [u16],
}

impl Case {
    pub fn bytes(&self, port: u16) -> Vec<u8> {
        let other = port.wrapping_add(1).to_string();
        let head = self.request.replace("{P}", &port.to_string()).replace("{Q}", &other);
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.tail);
        bytes
    }
}

const JSON: &str = "Content-Type: application/json\r\n";
const BODY: &str = r#"{"text":"Title\n=====\n\nText.\n","path":"page.md"}"#;
const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";

fn case(name: &'static str, request: impl Into<String>, expect: &'static [u16]) -> Case {
    Case { name, request: request.into(), tail: Vec::new(), expect }
}

/// A question for the overview, under this name.
fn named(name: &'static str, host: &str, expect: &'static [u16]) -> Case {
    case(name, format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), expect)
}

/// A question with further headers.
fn get(name: &'static str, path: &str, headers: &str, expect: &'static [u16]) -> Case {
    case(name, format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\n{headers}\r\n"), expect)
}

/// A request to check a text, with these headers and this body.
fn post(name: &'static str, headers: &str, body: &str, expect: &'static [u16]) -> Case {
    let length = body.len();
    let head = format!(
        "POST /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    let mut case = case(name, head, expect);
    case.tail = body.into();
    case
}

/// The same with a JSON body that is fine, so that only the headers decide.
fn change(name: &'static str, headers: &str, expect: &'static [u16]) -> Case {
    post(name, &format!("{JSON}{headers}"), BODY, expect)
}

fn chunked(name: &'static str, headers: &str, chunks: &[&[u8]], expect: &'static [u16]) -> Case {
    let head = format!(
        "POST /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\n{JSON}Transfer-Encoding: chunked\r\n{headers}\r\n"
    );
    let mut case = case(name, head, expect);
    for chunk in chunks {
        case.tail.extend(format!("{:x}\r\n", chunk.len()).bytes());
        case.tail.extend_from_slice(chunk);
        case.tail.extend(b"\r\n");
    }
    case.tail.extend(b"0\r\n\r\n");
    case
}

fn socket(name: &'static str, host: &str, headers: &str, expect: &'static [u16]) -> Case {
    let head = format!("GET /ws/validation_updates HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
    case(name, head, expect)
}

/// Who asks, and under which name.
pub fn hosts() -> Vec<Case> {
    let mut bytes = case("21 host is not text", "GET / HTTP/1.1\r\nHost: ", &[400]);
    bytes.tail = b"\xff\xfe\r\n\r\n".to_vec();
    vec![
        named("1 address", "127.0.0.1:{P}", &[200]),
        named("2 name", "localhost:{P}", &[200]),
        named("3 name in another case", "LocalHost:{P}", &[200]),
        named("4 address, version 6", "[::1]:{P}", &[200]),
        named("5 a name that was made to point here", "evil.com:{P}", &[403]),
        named("6 another port", "127.0.0.1:{Q}", &[403]),
        named("7 no port", "127.0.0.1", &[403]),
        named("8 our address as a part", "127.0.0.1.evil.com:{P}", &[403]),
        named("9 our name as a part", "localhost.evil.com:{P}", &[403]),
        named("10 our name as the domain", "evil.localhost:{P}", &[403]),
        named("11 any address", "0.0.0.0:{P}", &[403]),
        named("12 short address", "127.1:{P}", &[403]),
        named("13 address as a number", "2130706433:{P}", &[403]),
        named("14 user", "a@127.0.0.1:{P}", &[400, 403]),
        named("15 final dot", "localhost.:{P}", &[400, 403]),
        case("16 no host", "GET / HTTP/1.1\r\n\r\n", &[400]),
        case("17 no host, version 1.0", "GET / HTTP/1.0\r\n\r\n", &[400]),
        get("18 two hosts", "/", "Host: evil.com:{P}\r\n", &[400]),
        named("19 bracket left open", "[::1", &[400]),
        named("20 broken escape", "%zz", &[400]),
        bytes,
        get("22 target elsewhere", "http://evil.com/health", "", &[400]),
        get("23 target here", "http://127.0.0.1:{P}/health", "", &[200]),
        case("24 proxy", "CONNECT evil.com:443 HTTP/1.1\r\nHost: 127.0.0.1:{P}\r\n\r\n", &[400]),
        case("25 no target", "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:{P}\r\n\r\n", &[400]),
        case("26 trace", "TRACE / HTTP/1.1\r\nHost: 127.0.0.1:{P}\r\n\r\n", &[405]),
        case(
            "27 asking whether it may",
            "OPTIONS /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{P}\r\nOrigin: https://evil.com\r\n\
             Access-Control-Request-Method: POST\r\n\r\n",
            &[403],
        ),
    ]
}

/// From which page.
pub fn origins() -> Vec<Case> {
    let to_localhost = format!(
        "POST /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\nOrigin: http://localhost:{{P}}\r\n\
         {JSON}Content-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    vec![
        change(
            "28 own page",
            "Origin: http://127.0.0.1:{P}\r\nSec-Fetch-Site: same-origin\r\n",
            &[200],
        ),
        change("29 no page", "", &[200]),
        change("30 another page", "Origin: https://evil.com\r\n", &[403]),
        change("31 a page without origin", "Origin: null\r\n", &[403]),
        change("32 another port", "Origin: http://127.0.0.1:{Q}\r\n", &[403]),
        change("33 another scheme", "Origin: https://127.0.0.1:{P}\r\n", &[403]),
        case("34 another of our names", to_localhost, &[403]),
        change("35 a file", "Origin: file://\r\n", &[403]),
        change("36 an extension", "Origin: chrome-extension://x\r\n", &[403]),
        change("37 our origin as a part", "Origin: http://127.0.0.1:{P}.evil.com\r\n", &[403]),
        change("38 empty", "Origin: \r\n", &[403]),
        change(
            "39 two origins",
            "Origin: http://127.0.0.1:{P}\r\nOrigin: https://evil.com\r\n",
            &[400],
        ),
        change("40 another site", "Sec-Fetch-Site: cross-site\r\n", &[403]),
        change("41 the same site", "Sec-Fetch-Site: same-site\r\n", &[403]),
        change("42 typed in", "Sec-Fetch-Site: none\r\n", &[403]),
        get("62 nothing there", "/nothing", "", &[404]),
        get("63 nothing there, another site", "/nothing", "Sec-Fetch-Site: cross-site\r\n", &[403]),
        get(
            "64 another site reads a file",
            "/api/file?path=ok.md",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
            &[403],
        ),
        get(
            "65 another site frames the page",
            "/",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
            &[403],
        ),
        get(
            "66 a link to the page",
            "/",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            &[200],
        ),
        get(
            "67 a link to a file",
            "/api/file?path=ok.md",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            &[403],
        ),
    ]
}

/// In which form.
pub fn bodies() -> Vec<Case> {
    let typed = |kind: &str| format!("Content-Type: {kind}\r\n");
    let deep = "[".repeat(20_000);
    let mut two = change("59 two lengths", "Content-Length: 5\r\n", &[400]);
    two.tail = BODY.into();
    let large = format!(
        "POST /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\n{JSON}Content-Length: 10485760\r\n\r\n"
    );
    let blank = vec![b' '; 3_000_000];
    vec![
        post("43 plain text", &typed("text/plain"), BODY, &[415]),
        post("44 no type", "", BODY, &[415]),
        post("45 a form", &typed("application/x-www-form-urlencoded"), BODY, &[415]),
        post("46 a form in parts", &typed("multipart/form-data; boundary=x"), BODY, &[415]),
        post("47 JSON as a parameter", &typed("text/plain; application/json"), BODY, &[415]),
        post("48 with a charset", &typed("application/json; charset=utf-8"), BODY, &[200]),
        post(
            "49 as curl sends it",
            "User-Agent: curl/8.14.1\r\nAccept: */*\r\nContent-Type: application/json\r\n",
            BODY,
            &[200],
        ),
        post("50 broken JSON", JSON, r#"{"text":"#, &[400]),
        post("51 unknown key", JSON, r##"{"text":"# A\n","path":"a.md","more":1}"##, &[400]),
        post("52 wrong type", JSON, r#"{"text":1}"#, &[400]),
        post("53 null", JSON, "null", &[400]),
        post("54 deep", JSON, &deep, &[400]),
        case("55 too long", large, &[413]),
        chunked("56 in chunks", "", &[&BODY.as_bytes()[..10], &BODY.as_bytes()[10..]], &[200]),
        chunked("57 too long in chunks", "", &[&blank, &blank], &[413]),
        // hyper takes the chunks and drops the length before anybody else can look at it.
        chunked("58 length and chunks", "Content-Length: 4\r\n", &[BODY.as_bytes()], &[200, 400]),
        two,
        get("60 a question for an action", "/api/validate", "", &[405]),
        case(
            "61 delete",
            format!("DELETE /api/validate HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\n{JSON}\r\n"),
            &[405],
        ),
        get("90 a parameter twice", "/api/file?path=ok.md&path=ok.md", "", &[400]),
        get("a parameter that is not known", "/api/file?path=ok.md&raw=1", "", &[400]),
    ]
}

/// WebSockets and other protocols.
pub fn protocols() -> Vec<Case> {
    let full = format!("{UPGRADE}{KEY}");
    let own = "127.0.0.1:{P}";
    let from = |origin: &str| format!("{full}Origin: {origin}\r\n");
    let mut tls = case("104 TLS", "", &[400, 0]);
    tls.tail = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03".to_vec();
    tls.tail.extend([7; 200]);
    let many: String = (0..100).map(|index| format!("X-{index}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(20 * 1024));
    vec![
        socket("91 own page", own, &from("http://127.0.0.1:{P}"), &[101]),
        socket("92 no page", own, &full, &[101]),
        socket("93 another page", own, &from("https://evil.com"), &[403]),
        socket("94 a page without origin", own, &from("null"), &[403]),
        socket("95 another port", own, &from("http://localhost:3000"), &[403]),
        socket(
            "96 a name that was made to point here",
            "evil.com:{P}",
            &from("http://evil.com:{P}"),
            &[403],
        ),
        case(
            "97 by POST",
            format!(
                "POST /ws/validation_updates HTTP/1.1\r\nHost: 127.0.0.1:{{P}}\r\n{full}{JSON}\r\n"
            ),
            &[405],
        ),
        socket("98 version 8", own, &full.replace("13", "8"), &[400]),
        socket("99 no key", own, UPGRADE, &[400]),
        socket("100 no upgrade", own, "", &[426]),
        get("101 a long header", "/", &long, &[431]),
        get("102 many headers", "/", &many, &[431]),
        case("103 version 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400, 0]),
        tls,
    ]
}

/// Paths in requests; the directory is made by the test.
pub fn paths() -> Vec<Case> {
    let long = "a/".repeat(2500) + "a.md";
    let file = |name, path: &str, expect| get(name, &format!("/api/file?path={path}"), "", expect);
    vec![
        file("68 a page", "ok.md", &[200]),
        file("69 a link inside", "inside.md", &[200]),
        file("70 up", "../secret.md", &[400]),
        file("71 up, escaped", "..%2fsecret.md", &[400]),
        file("72 from the top", "/etc/passwd", &[400]),
        file("73 from the top, escaped", "%2fetc%2fpasswd", &[400]),
        file("74 down and up", "sub/../../secret.md", &[400]),
        file("75 the other slash", "..%5csecret.md", &[400]),
        file("76 a zero byte", "ok.md%00.txt", &[400]),
        file("77 a directory", "sub", &[404]),
        file("78 a pipe", "pipe.md", &[400]),
        file("79 empty", "", &[400]),
        file("80 a drive", "C:/secret.md", &[400]),
        file("81 a share", "//host/share", &[400]),
        file("82 too long", &long, &[400]),
        file("83 escaped twice", "%252e%252e%252fsecret.md", &[404]),
        file("84 a link out", "out.md", &[404]),
        file("85 a link to a directory outside", "outside/secret.md", &[404]),
        file("86 a link to itself", "loop.md", &[404]),
        file("87 not there", "missing.md", &[404]),
        file("88 not UTF-8", "%ff%fe.md", &[422]),
        file("89 overlong", "%c0%ae%c0%ae/secret.md", &[400, 404, 422]),
        file("105 a directory that begins alike", "sibling.md", &[404]),
        file("a file that is not UTF-8", "latin1.md", &[422]),
        get("no path", "/api/file", "", &[400]),
    ]
}
