"""What the benches share: a cluster with data, the product beside it, and how a command's cost is
taken. Machines are noisy, so nothing here judges by one absolute time."""

import os
import platform
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 2


def say(text):
    print(text, file=sys.stderr, flush=True)


# PostgreSQL refuses root; in a user namespace of its own nothing knows that it is root.
AS_NOBODY = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


def without_root():
    if os.geteuid() == 0:
        os.execvp(AS_NOBODY[0], [*AS_NOBODY, sys.executable, *sys.argv])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def part(name):
    """The directory of a real component that the tests use, too."""
    if name == "postgres-15" and Path("/usr/lib/postgresql/15/bin").is_dir():
        return Path("/usr/lib/postgresql/15")
    found = subprocess.run([ROOT / "scripts/parts", "path", name], capture_output=True, text=True)
    if found.returncode:
        raise SystemExit(f"{name} is absent; it comes with: scripts/parts fetch {name}")
    return Path(found.stdout.strip())


@contextmanager
def laboratory(name, keep=False):
    """A directory of its own, removed afterwards unless it is to be kept."""
    home = Path(tempfile.mkdtemp(prefix=f"aegis-{name}-"))
    try:
        yield home
    finally:
        if keep:
            say(f"left: {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)


class Cost:
    """What a command and all its children took: seconds on the wall, seconds of CPU, peak MiB."""

    def __init__(self, wall, usage):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.rss = usage.ru_maxrss / 1024


def run(command, log, env=None, expect=(0,)):
    """Runs a command to its end and says what it took; stops the bench if it fails."""
    words = [str(word) for word in command]
    with open(log, "ab") as out:
        out.write(f"$ {' '.join(words)}\n".encode())
        out.flush()
        started = time.monotonic()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   env={**os.environ, **(env or {})})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expect:
        tail = Path(log).read_text(errors="replace")[-3000:]
        raise SystemExit(f"failed with {process.returncode}: {' '.join(words)}\n{tail}")
    return Cost(wall, usage)


def answer(command):
    """What a command prints on stdout."""
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True).stdout.strip()


def java(main, *arguments):
    """A class of the bench module, on the distribution that ./aegis runs."""
    home = answer(["bash", "-c", f'. "{ROOT}/scripts/toolchain"; find_jdk'])
    if not (jars := list((ROOT / "bench/target").glob("aegis-bench-*.jar"))):
        raise SystemExit("build first: ./mvnw package -DskipTests -pl cli,bench -am")
    classes = f"{ROOT}/cli/target/dist/lib/*:{jars[0]}"
    return [f"{home}/bin/java", "--enable-native-access=ALL-UNNAMED", "-cp", classes, main,
            *arguments]


def await_aot_cache():
    """The launcher makes it in the background, after the first status; every command starts from
    it. Without it a command takes about a second longer, which is not what a user has but once."""
    time.sleep(3)  # that long it may be before it is begun
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aegis/aot"
    built = max(jar.stat().st_mtime for jar in (ROOT / "cli/target/dist/lib").glob("*.jar"))
    for _ in range(120):
        new = [file for file in cache.glob("*.aot*") if file.stat().st_mtime > built]
        made = any(file.suffix == ".aot" and file.stat().st_size for file in new)
        if made and not any(".new" in file.name for file in new):
            return
        time.sleep(1)
    say("there is no ahead-of-time cache; what follows is without one")


def warm_memory(gib):
    """Takes that much memory and gives it back. Of a virtual machine the host may take what is free;
    whoever then writes first of a pair would pay for having it again, and the other would not."""
    taken = b"\1" * int(gib * 2**30)
    del taken


def size_of(directory):
    return sum(f.stat().st_size for f in Path(directory).rglob("*") if f.is_file())


class Cluster:
    """A PostgreSQL with data that compress about as real data do."""

    def __init__(self, home, version="15", settings=""):
        self.home = home
        self.version = version
        self.binaries = part(f"postgres-{version}") / "bin"
        self.data = home / "data"
        self.sockets = home / "sockets"
        self.port = free_port()
        self.settings = settings
        self.log = home / "cluster.log"
        home.mkdir(exist_ok=True)
        self.sockets.mkdir()

    def create(self):
        run([self.binaries / "initdb", "-D", self.data, "-U", "postgres", "-k", "-A", "trust"],
            self.log)
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"""
port = {self.port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '{self.sockets}'
wal_level = replica
{self.settings}
""")
        self.start()

    def at(self):
        return ["-h", self.sockets, "-p", self.port, "-U", "postgres"]

    def start(self):
        run([self.binaries / "pg_ctl", "-D", self.data, "-l", self.home / "server.log", "-w",
             "start"], self.log)

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            run([self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop"],
                self.log)

    def psql(self, *words):
        return [self.binaries / "psql", *self.at(), "-qXAt", "-v", "ON_ERROR_STOP=1", "-d",
                "postgres", *words]

    def sql(self, text):
        run(self.psql("-c", text), self.log)

    def ask(self, text):
        return answer(self.psql("-c", text))

    def fill(self, gib):
        """So much of pgbench's tables, and of text with an index."""
        say(f"  filling a PostgreSQL {self.version} with about {gib:g} GiB")
        self.pgbench_tables(max(1, int(gib * 33)))
        self.sql(f"""
            CREATE TABLE note AS SELECT n AS id, md5(n::text) AS tag,
                'Customer ' || n % 9973 || ' called about order ' || n || ': ' ||
                repeat('the parcel had not arrived ', 1 + n % 4) || md5((n * 7)::text) AS body
              FROM generate_series(1, {int(gib * 1_500_000)}) n;
            CREATE INDEX ON note (tag)""")
        self.sql("VACUUM ANALYZE")
        self.sql("CHECKPOINT")
        say(f"  its data directory has {size_of(self.data) / 2**30:.2f} GiB")

    def pgbench_tables(self, scale):
        self.pgbench("-i", "-q", "-s", scale)

    def pgbench(self, *words):
        run([self.binaries / "pgbench", *self.at(), *words, "postgres"], self.log)

    def work(self, seconds):
        """What bulk-loaded data are not: rows that were written again, pages with dead ones."""
        self.pgbench("-c", 4, "-j", CORES, "-T", seconds, "-n")
        self.sql("CHECKPOINT")

    def change_pages_at_random(self, percent, seed):
        """Touches about so many percent of the heap pages, spread evenly, one row on each."""
        rng = random.Random(seed)
        for table, column in (("pgbench_accounts", "bid = bid"), ("note", "id = id")):
            pages = int(self.ask(f"SELECT pg_relation_size('{table}') / 8192"))
            chosen = rng.sample(range(pages), pages * percent // 100)
            # The first row that is alive; an earlier change may have moved the very first one.
            tids = ",".join(f"'({page},{rng.randint(1, 20)})'" for page in chosen)
            statement = self.home / "change.sql"
            statement.write_text(
                f"UPDATE {table} SET {column} WHERE ctid = ANY (ARRAY[{tids}]::tid[]);")
            run(self.psql("-f", statement), self.log)
        self.sql("CHECKPOINT")


class Aegis:
    """The product as a user has it: ./aegis with an aegis.yaml of its own."""

    name = "Aegis"

    def __init__(self, home, cluster, label="aegis", store=None):
        self.home, self.cluster, self.label = home, cluster, label
        self.repo = home / f"{label}-repo"
        self.store = store or {"location": self.repo}
        self.config = home / f"{label}.yaml"
        self.log = home / f"{label}.log"
        self.stream = None
        self.restored = 0
        self._write(self.config, cluster.data, cluster.port, "bench")

    def _write(self, file, data, port, application):
        key = f"file:{self.home / self.label}.key"
        repository = "\n".join(f"  {k}: {v}" for k, v in {**self.store, "key": key}.items())
        file.write_text(f"""application:
  name: {application}
  environment: dev
objectives:
  rto: 1h
  rpo: 60s
repository:
{repository}
database:
  name: bench-db
  host: 127.0.0.1
  port: {port}
  user: postgres
  database: postgres
  slot: {self.label.replace('-', '_')}
  data-directory: {data}
  bin-directory: {self.cluster.binaries}
  workers: {CORES}
recovery:
  directory: {self.home / self.label}-recovered
""")

    def command(self, *words, config=None):
        return [ROOT / "aegis", *words, "-c", config or self.config]

    def run(self, *words, **how):
        return run(self.command(*words), self.log, **how)

    def fresh(self):
        """An empty repository, and a stream that feeds it the log."""
        self.close()
        shutil.rmtree(self.repo, ignore_errors=True)
        self.config.with_suffix(".key").unlink(missing_ok=True)
        run(self.command("init"), self.log)
        self.start_stream()
        self.run("status", expect=(0, 4))
        await_aot_cache()

    def start_stream(self):
        self.stream = subprocess.Popen(
            [str(word) for word in self.command("wal", "stream")],
            stdout=open(self.home / f"{self.label}-stream.log", "ab"), stderr=subprocess.STDOUT)
        self.await_slot()

    def await_slot(self):
        slot = self.label.replace("-", "_")
        for _ in range(300):
            if self.cluster.ask(
                    f"SELECT active FROM pg_replication_slots WHERE slot_name = '{slot}'") == "t":
                return
            if self.stream.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"the stream did not start; see {self.home / self.label}-stream.log")

    def backup(self, kind):
        """Timed: aegis backup, to its end; the launcher and the start of the JVM are in it."""
        return self.run("backup", *(["--everything"] if kind == "full" else []))

    def restore(self, target):
        """Timed: aegis recover, as if on another machine, from the call to the moment at which
        every file, pg_control included, is in place and on disk. There it is stopped."""
        elsewhere = self.home / f"{self.label}-elsewhere.yaml"
        self.restored += 1
        # Another application each time: what was stopped half-way still counts as running.
        self._write(elsewhere, self.home / "lost", free_port(), f"bench-{self.restored}")
        return run([*self.command("recover", config=elsewhere), "--into", target, "--yes"],
                   self.log, env={"AEGIS_CRASH_AT": "restore.complete:1"}, expect=(137,))

    def stored(self):
        """Without the log, which both sides keep apart."""
        return sum(size_of(self.repo / kind) for kind in ("packs", "snapshots"))

    def close(self):
        if self.stream:
            self.stream.send_signal(signal.SIGTERM)
            self.stream.wait(60)
            self.stream = None


class Score:
    """The ratios of one discipline, one from each pair."""

    def __init__(self, name, goal):
        self.name, self.goal, self.pairs = name, goal, []

    def add(self, ours, theirs):
        self.pairs.append((ours, theirs))
        say(f"    {self.name}: {ours:.2f} to {theirs:.2f} = {ours / theirs:.3f}")

    def summary(self):
        ratios = sorted(ours / theirs for ours, theirs in self.pairs)
        return {"discipline": self.name, "median": round(statistics.median(ratios), 3),
                "least": round(ratios[0], 3), "most": round(ratios[-1], 3), "pairs": len(ratios),
                "goal": self.goal, "ours": round(statistics.median(a for a, _ in self.pairs), 2),
                "other": round(statistics.median(b for _, b in self.pairs), 2)}


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def verdict(value, goal):
    if goal is None:
        return ""
    return "met" if value <= goal else "missed"


def table(heads, rows):
    """In Markdown."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def machine():
    """One line on what this was measured on, and on how busy that is."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{model}, {CORES} cores, {memory:.0f} GiB, Linux {platform.release()}, "
            f"load {os.getloadavg()[1]:.1f}")
