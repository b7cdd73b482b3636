"""What `goals.py` stands on: building the engine and its peers, asking each for repetitions, and the figures of a row.
Knows nothing of which rows there are."""
import dataclasses
import hashlib
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

BENCHES = pathlib.Path(__file__).resolve().parent
ROOT = BENCHES.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "iwashi" / "peers"
# Figures are for two processors; whoever has more gives every program the same two.
THREADS = 2


class NotTried(Exception):
    """A row that this machine or this call cannot run, and why."""


class Wrong(Exception):
    """An answer that is not what it must be: nothing is timed then."""


@dataclasses.dataclass
class Sample:
    """One repetition: work by the wall clock's second, and by the second of one processor where that is told."""
    wall: float
    cpu: float | None


@dataclasses.dataclass
class Result:
    """What a row came to. Ratios are one a round, in the order of the rounds."""
    ours: str
    theirs: str
    by_wall: list
    by_cpu: list = dataclasses.field(default_factory=list)
    told: dict = dataclasses.field(default_factory=dict)


def spread(numbers):
    """Highest less lowest over the median."""
    return (max(numbers) - min(numbers)) / statistics.median(numbers)


def millions(rates):
    return f"{statistics.median(rates) / 1e6:.2f} M/s"


def hundredths(rates):
    return f"{statistics.median(rates):.2f} /s"


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, **keywords):
    """Runs a command and gives what it prints; its last words become the error."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **keywords)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise RuntimeError(f"`{' '.join(map(str, command))}` failed: {last}")
    return done.stdout


def timed(command):
    """A command from start to end, as what it does once."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(command)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(getattr(after, key) - getattr(before, key) for key in ("ru_utime", "ru_stime"))
    return Sample(1 / wall, 1 / cpu if cpu else None)


def built(arguments, folder, **environment):
    """Executables that cargo makes, by name of their target."""
    command = ["cargo", *arguments, "--locked", "--message-format=json-render-diagnostics"]
    messages = run(command, cwd=folder, env={**os.environ, **environment}).splitlines()
    artifacts = [json.loads(line) for line in messages if line.startswith("{")]
    return {a["target"]["name"]: a["executable"] for a in artifacts if a.get("executable")}


def peer(name):
    """The program of a peer, tuned to this processor; the engine has no such flags, and chooses as it starts."""
    say(f"building benches/peers/{name}")
    flags = {"RUSTFLAGS": "-C target-cpu=native", "CARGO_TARGET_DIR": str(CACHE / "target")}
    try:
        return next(iter(built(["build", "--release"], BENCHES / "peers" / name, **flags).values()))
    except RuntimeError as why:
        raise NotTried(f"the peer cannot be built: {why}") from None


def evojax():
    """A Python that has EvoJAX, in a virtual environment of its own."""
    wanted = BENCHES / "peers" / "evojax" / "requirements.txt"
    folder = CACHE / "evojax"
    python, mark = folder / "bin" / "python", folder / "requirements.sha256"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != digest:
        say(f"installing EvoJAX in {folder}")
        try:
            run([sys.executable, "-m", "venv", "--clear", folder])
            run([python, "-m", "pip", "install", "--quiet", "-r", wanted])
        except RuntimeError as why:
            raise NotTried(f"the peer cannot be installed: {why}") from None
        mark.write_text(digest)
    return python


class Peer:
    """A program that answers each line with one repetition, of so many of a unit. Stays alive between them, as its users would
    have it. All that it told is kept in `told`."""

    # What it means that it does not run.
    failed = NotTried

    def __init__(self, *command, unit="agent_steps"):
        self.command = [str(word) for word in command]
        self.unit = unit
        self.told = []
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def repeat(self):
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            said = self.process.stderr.read().strip().splitlines()
            raise self.failed(said[-1] if said else f"`{' '.join(self.command)}` stopped without a word")
        told = json.loads(line)
        self.told.append(told)
        by_cpu = told[self.unit] / told["cpu_seconds"] if told["cpu_seconds"] else None
        return Sample(told[self.unit] / told["wall_seconds"], by_cpu)


class Own(Peer):
    """One of the engine's own programs of that kind."""
    failed = RuntimeError


class Engine:
    """The engine, built without the window."""

    def __init__(self, program=None):
        if not program:
            say("building the engine")
            program = built(["build", "--release", "--no-default-features"], ROOT)["iwashi"]
        self.program = program
        self.benches = {}
        self.seen = {}

    def program_of(self, name):
        """One of the engine's own bench targets."""
        if name not in self.benches:
            say(f"building benches/{name}")
            arguments = ["bench", "--no-default-features", "--bench", name, "--no-run"]
            self.benches[name] = built(arguments, ROOT)[name]
        return self.benches[name]

    def bench(self, name, *words):
        """What one of the engine's own bench targets says."""
        return run([self.program_of(name), *words], cwd=ROOT)

    def repeat(self, scene, ticks, *flags, repeats=1):
        """One repetition of a scene, or the median of some short ones; what else the command told is kept in `seen`."""
        command = [self.program, "bench", BENCHES / "scenes" / f"{scene}.ron", "--json", "--threads", THREADS]
        told = json.loads(run([*command, "--ticks", ticks, "--repeats", repeats, *flags]).splitlines()[-1])
        self.seen = told
        return Sample(told["agent_steps_per_second"]["median"], told.get("agent_steps_per_cpu_second"))

    def adapters(self):
        return json.loads(run([self.program, "doctor", "--json"]))["adapters"]


def interleaved(rounds, *repeats):
    """Repetitions turn by turn, so that what else the machine does falls on all alike. The first round warms up."""
    for repeat in repeats:
        repeat()
    rows = [[repeat() for repeat in repeats] for _ in range(rounds)]
    return [list(column) for column in zip(*rows)]


def series(*rates):
    """Rate of work done one part after another."""
    return 1 / sum(1 / rate for rate in rates)


def against(ours, *parts, told=None, show=millions):
    """Our samples against those of a peer, or of bounds in series."""
    def ratios(of):
        return [of(o) / series(*(of(p) for p in ps)) for o, *ps in zip(ours, *parts)]

    theirs = [series(*(p.wall for p in ps)) for ps in zip(*parts)]
    by_cpu = ratios(lambda sample: sample.cpu) if all(o.cpu for o in ours) else []
    by_wall = ratios(lambda sample: sample.wall)
    return Result(show([o.wall for o in ours]), show(theirs), by_wall, by_cpu, told or {})
