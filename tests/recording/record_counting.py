"""Records cases of the counting rule from real podcast programs over real sockets that are cut.

A server of ours with one episode stands behind a small TCP relay. A program (gPodder, mpv, podboat, Chromium) asks through
the relay, which cuts or slows the connection where a case says so. What the server's log has of it afterwards becomes a case
in tests/fixtures/counting (`recorded-*.json`), with what the program sent (agent, range) as the relay saw it.

The expectation is worked out here, from the rule's sentences and the recorded rows, by code that shares nothing with the
counter (docs/COUNTING.md: first byte and bytes delivered of every kept row, their union without header and trailer, against the
bytes of a minute); `calculation` writes it out, so that anybody can check it with pencil and paper. CI does not run this: it
replays the recorded cases. To record anew:

    cargo build -p hearthcast-cli -p hearthcast-server
    apt-get install gpodder mpv newsboat chromium ffmpeg python3
    python3 tests/recording/record_counting.py target/debug [name ...]
"""

import datetime
import http.server
import json
import math
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "fixtures" / "counting"
BIN = pathlib.Path(sys.argv[1]).resolve()
ONLY = sys.argv[2:]
SECONDS = 648  # 10,368,000 bytes of sound at 128 kbit/s
BASE = datetime.datetime(2026, 11, 20, 10, 0, 0, tzinfo=datetime.timezone.utc)
BUFFER = 16 * 1024


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Relay:
    """Passes bytes between programs and the server. `plan` holds, for the next requests for sound, one of
    ("cut", bytes), ("slow", bytes per second), or nothing."""

    def __init__(self, upstream):
        self.upstream, self.plan, self.heads = upstream, [], []
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        server = socket.socket()
        # Little room on the way: what was delivered is what was passed on, but for this.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        server.connect(("127.0.0.1", self.upstream))
        orders = []
        threading.Thread(target=self.up, args=(client, server, orders), daemon=True).start()
        self.down(client, server, orders)

    def up(self, client, server, orders):
        kept = b""
        try:
            while piece := client.recv(65536):
                kept += piece
                while b"\r\n\r\n" in kept:
                    head, kept = kept.split(b"\r\n\r\n", 1)
                    self.note(head.decode("latin-1"), orders)
                server.sendall(piece)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            hang_up(server)

    def note(self, head, orders):
        lines = head.split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        fields = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:] if ":" in line)}
        if path.startswith("/m/"):
            self.heads.append({"method": method, "ua": fields.get("user-agent"), "range": fields.get("range"),
                               "referer": fields.get("referer")})
            orders.append(self.plan.pop(0) if self.plan else None)

    def down(self, client, server, orders):
        passed, order = 0, None
        try:
            while True:
                if orders:
                    order, passed = orders.pop(0), 0
                room = 4096
                if order and order[0] == "cut":
                    room = min(room, order[1] - passed)
                    if room <= 0:
                        break
                piece = server.recv(room)
                if not piece:
                    client.shutdown(socket.SHUT_WR)
                    return
                client.sendall(piece)
                passed += len(piece)
                if order and order[0] == "slow":
                    time.sleep(len(piece) / order[1])
        except OSError:
            pass
        hang_up(client)
        hang_up(server)


def hang_up(stream):
    try:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()
    except OSError:
        pass


class Show:
    """A server with one published episode, and a laptop."""

    def __init__(self, folder):
        self.folder, port = folder, free_port()
        self.relay = Relay(port)
        base = f"http://127.0.0.1:{self.relay.port}"
        self.env = os.environ | {"HEARTHCAST_LIBRARY": str(folder / "library"), "PATH": f"{BIN}:{os.environ['PATH']}"}
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            self.env.pop(name, None)
        self.server = subprocess.Popen(
            ["hearthcast-server", "serve", "--data", str(folder / "server"), "--bind", f"127.0.0.1:{port}", "--base-url", base],
            env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: socket.create_connection(("127.0.0.1", port)).close() or True)
        sound(folder / "episode.mp3")
        run(["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=c=teal:s=1400x1400", "-frames:v", "1",
             str(folder / "cover.jpg")])
        self.say("show", "add", "--title", "Recorded", "--slug", "recorded", "--author", "Us", "--category", "Technology",
                 "--description", "Things.", "--cover", str(folder / "cover.jpg"), "--link", "https://example.org/")
        self.say("episode", "add", "recorded", "--title", "One", "--audio", str(folder / "episode.mp3"))
        self.env["HEARTHCAST_HOME_PAIRING_CODE"] = self.say_server("pair", "--data", str(folder / "server")).strip()
        self.say("target", "add", "recorded", "home", f"server+http://127.0.0.1:{port}", "--public-url", base)
        self.say("publish", "recorded")
        self.feed = f"{base}/podcasts/recorded/rss/"
        import urllib.request
        text = urllib.request.urlopen(urllib.request.Request(self.feed, headers={"User-Agent": "curl"})).read().decode()
        self.audio = re.search(r'<enclosure url="([^"]+)"', text).group(1)
        facts = self.rows_of("SELECT * FROM media")
        self.facts = next(f for f in map(facts_in, facts) if f and f["size_bytes"] > 5_000_000)
        self.seen = set()
        self.new_rows(0)

    def say(self, *words):
        return run(["hearthcast", *words], env=self.env)

    def say_server(self, *words):
        return run(["hearthcast-server", *words], env=self.env)

    def rows_of(self, sql):
        with sqlite3.connect(f"file:{self.folder}/server/server.sqlite?mode=ro", uri=True) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql)]

    def new_rows(self, least):
        """Rows that were not there before, in the order of their start; waits until there are so many and no more come."""
        deadline, found, still = time.time() + 60, [], 0
        while time.time() < deadline:
            self.say("sync", "recorded")
            now = [r for r in self.rows_of("SELECT id, content FROM log_row") if r["id"] not in self.seen]
            now = [json.loads(r["content"]) | {"id": r["id"]} for r in now]
            still = still + 1 if now == found else 0
            found = now
            if len(found) >= least and still >= 2:
                break
            time.sleep(0.5)
        self.seen |= {r["id"] for r in found}
        return sorted(found, key=lambda r: (r["start_ms"], int(r["id"].rsplit("/", 1)[1])))


def facts_in(row):
    for value in row.values():
        if isinstance(value, str) and '"size_bytes"' in value:
            return json.loads(value)
    return None


def run(words, env=None, timeout=120):
    done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    if done.returncode:
        sys.exit(f"{words}: {done.stderr}{done.stdout}")
    return done.stdout


def until(what, seconds=60):
    deadline = time.time() + seconds
    while True:
        try:
            if what():
                return
        except OSError:
            pass
        if time.time() > deadline:
            sys.exit("waited too long")
        time.sleep(0.1)


def sound(to):
    run(["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
         f"sine=frequency=440:sample_rate=48000:duration={SECONDS}", "-codec:a", "libmp3lame", "-b:a", "128k", "-reservoir", "0",
         "-write_xing", "0", "-metadata", "title=One", str(to)])


# ---- the programs

def quietly(words, env, seconds):
    """Runs a program in a process group of its own, and ends it when its time is over."""
    child = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def gpodder(show, home, times=1):
    env = show.env | {"GPODDER_HOME": str(home), "HOME": str(home)}
    quietly(["gpo", "subscribe", show.feed], env, 60)
    quietly(["gpo", "update", show.feed], env, 60)
    for _ in range(times):
        quietly(["gpo", "download", show.feed], env, 60)


def podboat(show, home, times=1, seconds=20):
    env = show.env | {"HOME": str(home), "TERM": "xterm"}
    folder = home / ".newsboat"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(f'download-path "{home}/"\n')
    (folder / "urls").write_text(show.feed + "\n")
    for _ in range(times):
        (folder / "queue").write_text(f'{show.audio} "{home}/one.mp3"\n')
        quietly(["script", "-qec", "podboat -a", "/dev/null"], env, seconds)


def mpv(show, home, *words, seconds=40):
    env = show.env | {"HOME": str(home)}
    quietly(["mpv", "--no-config", "--no-terminal", "--no-video", *words, show.audio], env, seconds)


ALL = ["--ao=pcm", "--ao-pcm-file=/dev/null"]


def chromium(show, home, script, seconds=15, headless=False):
    """A page of another site with a player; `script` drives it."""
    page = f"""<!doctype html><audio id=a preload=none></audio><script type=module>
const a = document.getElementById("a"), url = "{show.audio}";
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const when = (name) => new Promise((done) => a.addEventListener(name, done, {{ once: true }}));
a.muted = true;
{script}
</script>""".encode()

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    version = re.search(r"Chromium (\d+)", run(["chromium", "--version"])).group(1)
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    words = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
             "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={home}/profile", "--no-proxy-server"]
    # What the same Chromium with a window says.
    words += [] if headless else [f"--user-agent={agent}"]
    quietly([*words, f"http://127.0.0.1:{site.server_port}/"], show.env, seconds)
    site.shutdown()


PLAY = "a.src = url; a.preload = 'auto'; await a.play();"
FAST = 8_000_000

# name -> (program, what happens, orders for the requests of sound, what is done)
RECORDED = {
    "gpodder-whole": ("gpodder", "gPodder downloads the episode.", [], lambda s, h: gpodder(s, h)),
    "gpodder-cut-at-100-kb": ("gpodder", "The line breaks after 100 kB, whenever gPodder tries.",
                              [("cut", 100_000)] * 50, lambda s, h: gpodder(s, h)),
    "gpodder-cut-after-a-minute": ("gpodder", "The line breaks after 1.2 MB, whenever gPodder tries.",
                                   [("cut", 1_200_000)] * 50, lambda s, h: gpodder(s, h)),
    "gpodder-goes-on": ("gpodder", "The line breaks once after 600 kB; gPodder goes on.", [("cut", 600_000)],
                        lambda s, h: gpodder(s, h, 2)),
    "gpodder-three-breaks": ("gpodder", "The line breaks after 300 kB, again after 300 kB and once more.",
                             [("cut", 300_000)] * 3, lambda s, h: gpodder(s, h, 3)),
    "mpv-whole": ("mpv", "mpv reads the episode to its end.", [], lambda s, h: mpv(s, h, *ALL)),
    "mpv-two-seconds": ("mpv", "mpv plays two seconds and ends; it had read ahead.", [("slow", 100_000)],
                        lambda s, h: mpv(s, h, "--ao=null", "--length=2")),
    "mpv-cut-at-100-kb": ("mpv", "The line breaks after 100 kB, whenever mpv tries.", [("cut", 100_000)] * 50,
                          lambda s, h: mpv(s, h, *ALL)),
    "mpv-starts-in-the-middle": ("mpv", "mpv begins at minute five; it fetches what is before it, too.", [],
                                 lambda s, h: mpv(s, h, *ALL, "--start=300")),
    "mpv-last-seconds": ("mpv", "mpv begins twenty seconds before the end, and fetches what is before them, too.", [("slow", 400_000)] * 9,
                         lambda s, h: mpv(s, h, *ALL, "--start=628", "--demuxer-seekable-cache=no")),
    "podboat-whole": ("podboat", "podboat (newsboat) downloads the episode.", [], lambda s, h: podboat(s, h)),
    "podboat-cut-at-100-kb": ("podboat", "The line breaks after 100 kB.", [("cut", 100_000)], lambda s, h: podboat(s, h)),
    "podboat-cut-after-a-minute": ("podboat", "The line breaks after 1.2 MB.", [("cut", 1_200_000)],
                                   lambda s, h: podboat(s, h)),
    "podboat-cut-at-600-kb": ("podboat", "The line breaks after 600 kB; podboat does not ask again.",
                              [("cut", 600_000)], lambda s, h: podboat(s, h)),
    "podboat-ended-early": ("podboat", "podboat on a slow line is ended after some seconds.", [("slow", 60_000)],
                            lambda s, h: podboat(s, h, 1, 6)),
    "chromium-metadata": ("chromium", "A player in Chromium loads only what it needs to know the length.",
                          [("slow", 200_000)] * 9,
                          lambda s, h: chromium(s, h, "a.src = url; a.preload = 'metadata'; a.load();", 6)),
    "chromium-plays": ("chromium", "A player in Chromium plays; the browser reads ahead.", [],
                       lambda s, h: chromium(s, h, PLAY, 12)),
    "chromium-seeks": ("chromium", "A player in Chromium plays, jumps to minute nine, then to minute three.",
                       [("slow", 200_000)] * 20,
                       lambda s, h: chromium(s, h, PLAY + "await wait(2000); a.currentTime = 540; await when('seeked');"
                                             "await wait(2000); a.currentTime = 180; await when('seeked');", 14)),
    "chromium-cut-at-100-kb": ("chromium", "The line breaks after 100 kB, whenever Chromium tries.", [("cut", 100_000)] * 4,
                               lambda s, h: chromium(s, h, PLAY, 8)),
    "chromium-head-first": ("chromium", "A page asks with HEAD, tries a range of two bytes, and plays.", [],
                            lambda s, h: chromium(s, h, "await fetch(url, { method: 'HEAD' });"
                                                  "await (await fetch(url, { headers: { Range: 'bytes=0-1' } })).text();"
                                                  + PLAY, 12)),
    "chromium-parallel-parts": ("chromium", "A page fetches four parts of 300 kB side by side.", [],
                                lambda s, h: chromium(s, h, "await Promise.all([0, 1, 2, 3].map(async (n) => (await fetch(url,"
                                                      "{ headers: { Range: `bytes=${n * 300000}-${n * 300000 + 299999}` } }))"
                                                      ".arrayBuffer()));", 8)),
    "chromium-headless": ("chromium", "A Chromium that says it has no window plays.", [],
                          lambda s, h: chromium(s, h, PLAY, 10, headless=True)),
}

# What the table of agents calls each, and what kind of client it is.
NAMES = {"gpodder": ("gPodder", "Linux Computer"), "mpv": ("mpv", "Unknown"), "podboat": ("Newsboat", "Linux Computer"),
         "chromium": ("Chrome", "Linux Computer")}
VERSIONS = {"gpodder": ["dpkg-query", "-W", "gpodder"], "mpv": ["dpkg-query", "-W", "mpv"],
            "podboat": ["dpkg-query", "-W", "newsboat"], "chromium": ["chromium", "--version"]}


# ---- the expectation

def tiny(asked, size):
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
    if not found or found.groups() == ("", ""):
        return False
    first, last = found.groups()
    if first == "":
        return min(int(last), size) <= 2
    last = size - 1 if last == "" else min(int(last), size - 1)
    return last - int(first) + 1 <= 2


def worked_out(case, program):
    """Follows docs/COUNTING.md by hand: one address, one app, one episode, one day."""
    (media,) = case["media"].values()
    first_content, end = media["header"], media["size"] - media["trailer"]
    minute = math.ceil((end - first_content) * 60 / media["duration"])
    filtered, kept = {}, []
    for request in case["requests"]:
        if request["method"] != "GET":
            reason = "method"
        elif request["status"] not in (200, 206):
            reason = "status"
        elif tiny(request.get("range"), media["size"]):
            reason = "tiny_range"
        elif "HeadlessChrome" in request["ua"]:
            reason = "bot"
        else:
            kept.append((request.get("start", 0), request.get("start", 0) + request["sent"]))
            continue
        filtered[reason] = filtered.get(reason, 0) + 1
    content, reached, parts = 0, first_content, []
    for first, last in sorted(kept):
        first, last = max(first, reached), min(last, end)
        if last > first:
            content, reached = content + last - first, last
            parts.append(f"{last - first} (from {first})")
    downloads = int(content >= minute and bool(kept))
    if kept and not downloads:
        filtered["below_minute"] = 1
    name, device = NAMES[program]
    one = lambda what: {what: 1} if downloads else {}
    text = (f"A minute is ceil(({media['size']} - {media['header']} - {media['trailer']}) * 60 / {media['duration']}) = "
            f"{minute} bytes. {len(kept)} of {len(case['requests'])} requests are kept; new bytes of sound in them, in the "
            f"order of the file: {' + '.join(parts) or 'none'} = {content}, "
            f"{'which is a minute: one download' if downloads else 'less than a minute: none'}.")
    return text, {"downloads": downloads, "unverified": 0, "by_day": one("2026-11-20"), "by_episode": one("one"),
                  "listeners_by_day_sum": downloads, "apps": one(name), "devices": one(device),
                  "referrers": one("127.0.0.1") if program == "chromium" and any(r.get("referer") for r in case["requests"])
                  else {}, "filtered": filtered}


def record(show, name):
    program, story, orders, act = RECORDED[name]
    home = show.folder / name
    home.mkdir()
    show.relay.plan, show.relay.heads = list(orders), []
    act(show, home)
    show.relay.plan = []
    rows = show.new_rows(len(show.relay.heads))
    heads = list(show.relay.heads)
    if len(rows) != len(heads):
        sys.exit(f"{name}: {len(heads)} requests went through the relay, {len(rows)} are in the log")
    begin, requests = rows[0]["start_ms"], []
    for row in rows:
        # Requests that ran side by side: the one that asked for this part.
        at = next(i for i, h in enumerate(heads) if h["method"] == ("GET" if row["get"] else h["method"]) and fits(h, row))
        head = heads.pop(at)
        t = BASE + datetime.timedelta(milliseconds=row["start_ms"] - begin)
        one = {"t": t.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "media": "one.mp3", "ip": "198.51.100.7",
               "ua": row["agent"], "method": head["method"], "status": row["status"]}
        one |= {"range": head["range"]} if head["range"] else {}
        one |= {"start": row["first_byte"]} if row["first_byte"] else {}
        one |= {"sent": row["sent"]}
        one |= {"referer": head["referer"]} if head["referer"] else {}
        requests.append(one)
    facts = show.facts
    media = {"episode": "one", "size": facts["size_bytes"], "header": facts["header_bytes"], "trailer": facts["trailer_bytes"],
             "duration": facts["duration_ms"] / 1000, "published": "2026-11-01T00:00:00Z"}
    case = {"why": f"Steps 1 and 4, recorded: {story}", "recorded_from": run(VERSIONS[program]).strip().replace("\t", " "),
            "settings": {"window": "calendar", "mode": "serve", "exclude_cidrs": [], "allow_cidrs": [], "trusted_proxies": [],
                         "max_downloads_per_ip_per_day": None},
            "media": {"one.mp3": media}, "requests": requests}
    calculation, expect = worked_out(case, program)
    case = {"why": case.pop("why"), "recorded_from": case.pop("recorded_from"), "calculation": calculation, **case,
            "expect": expect}
    (CASES / f"recorded-{name}.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n")
    print(name, [(r["method"], r["status"], r.get("range"), r["sent"]) for r in requests], expect["downloads"], flush=True)


def fits(head, row):
    found = re.match(r"bytes=(\d+)-", head["range"] or "")
    return row["status"] not in (206,) or (int(found.group(1)) if found else 0) == row["first_byte"]


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="record-counting-"))
    show = Show(folder)
    try:
        for name in RECORDED:
            if not ONLY or name in ONLY:
                try:
                    record(show, name)
                except SystemExit as problem:
                    print("FAILED", problem, flush=True)
    finally:
        show.server.terminate()
        show.server.wait()
        shutil.rmtree(folder, ignore_errors=True)


main()
