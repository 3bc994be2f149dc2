// The connection's state and the newest events, until they no longer fit on the page.
const SHOWN = 500;
const connection = document.getElementById("connection");
const feed = document.getElementById("feed");
let last = null;
let epoch = null;
let attempt = 0;

function show(state, text) {
  connection.dataset.state = state;
  connection.textContent = text;
}

function address() {
  const url = new URL("/ws/validation_updates", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (last !== null) {
    url.searchParams.set("since", last);
    url.searchParams.set("epoch", epoch);
  }
  return url;
}

function take(message) {
  if (message.type === "hello" || message.type === "reset") {
    if (last === null || message.type === "reset") last = message.head;
    epoch = message.epoch;
  } else if (message.seq > last && message.type !== "caught_up") {
    last = message.seq;
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = message.data.path ?? message.workflow_id ?? "";
    row.append(`${message.seq} ${message.type} `, name);
    feed.append(row);
    if (feed.childElementCount > SHOWN) feed.firstElementChild.remove();
  }
}

function connect() {
  const socket = new WebSocket(address());
  socket.onopen = () => {
    attempt = 0;
    show("live", "Live");
  };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => {
    show("lost", "Disconnected");
    const wait = Math.min(250 * 2 ** attempt++, 5000);
    setTimeout(connect, wait * Math.random());
  };
}

connect();
