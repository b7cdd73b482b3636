#!/usr/bin/env python3
"""The engine against its goals: every row runs one work on the engine and on its peer or its tuned bound, turn by turn on
the same two processors, after its answers have been checked, and prints a table.

    python3 benches/goals.py                     every row
    python3 benches/goals.py boids own --save x  some rows, kept in benches/results/goals-x.jsonl

Builds what it needs: the engine without the window, peers in ~/.cache/iwashi/peers. Needs Rust and Python 3.11; Xvfb and a
program built with the window for the row `window`. Run it on an idle machine; ratios by processor seconds are beside those by
the wall clock, because they hold on a busy one too.
"""
import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys

import goal_window
from goal_tools import (
    BENCHES, ROOT, THREADS, Engine, NotTried, Own, Peer, Result, Wrong, against, evojax, hundredths, interleaved, millions,
    peer, run, say, spread, timed,
)

# Ticks of a repetition at most: a school that swims together draws together, and has other neighbours than its peer's then.
SHORT = 20
# Generations of a repetition of `pgpe`: with nine rounds and the one that warms up, 30 are evolved, in which both sides learn.
GENERATIONS = 3
# Fewer may pass without progress.
LEARN = 20
# Each side's last mean fitness may be so many times the other's, either way: the search draws other numbers on each, so that only
# the order of what both come to can be alike.
ORDER = 3
# A spread from which on figures say little, and a row is measured again, once.
WIDE = 0.3


def size_of(agents):
    """Flags for a school of so many agents at the density of all, 0.1 agents per BL²."""
    side = (agents / 0.1) ** 0.5
    return "--set", f"species[fish].count={agents}", "--set", f"extent=[{side:.3f}, {side:.3f}, 0.0]"


class Rows:
    """What each row does. A method is a row; `GOALS` says what it must come to."""

    def __init__(self, options):
        self.options = options
        self.engine = Engine(options.engine)
        self.programs = {}
        self.checked = set()

    def peer(self, name):
        if name not in self.programs:
            self.programs[name] = peer(name)
        return self.programs[name]

    def bound(self, *words):
        return Peer(self.peer("bounds"), *words, THREADS)

    def check(self, scene):
        """Compares one tick of a school with double precision, once."""
        if scene not in self.checked:
            say(f"checking what {scene} computes")
            try:
                told = self.engine.bench("answers", "school", str(BENCHES / "scenes" / f"{scene}.ron"))
            except RuntimeError as wrong:
                raise Wrong(str(wrong)) from None
            say(told.strip())
            self.checked.add(scene)

    def measure(self, *repeats):
        return interleaved(self.options.rounds, *repeats)

    def told(self):
        """What the engine said of its last repetition, as far as it tells rows apart."""
        keys = ("agents", "worlds", "ticks", "shape", "device", "neighbours", "parameters", "stages")
        return {key: self.engine.seen[key] for key in keys if key in self.engine.seen}

    def python(self):
        """A Python with EvoJAX, whose rewards are the engine's: compared once."""
        python = evojax()
        if "evojax" not in self.checked:
            say("checking rewards against EvoJAX's")
            answers = self.engine.program_of("answers")
            try:
                say(run([python, BENCHES / "peers" / "evojax" / "check.py", answers]).strip())
            except RuntimeError as wrong:
                raise Wrong(str(wrong)) from None
            self.checked.add("evojax")
        return python

    def evojax(self):
        with Peer(self.python(), BENCHES / "peers" / "evojax" / "flocking.py") as theirs:
            ours, theirs = self.measure(lambda: self.engine.repeat("evojax_flocking", 150), theirs.repeat)
        return against(ours, theirs, told=self.told())

    def pgpe(self):
        """Whole generations of two runs that go on, ask and tell included; what they learned meanwhile is compared too."""
        engine = self.engine.program_of("generations"), BENCHES / "scenes" / "evojax_flocking.ron", GENERATIONS, THREADS
        evojax = self.python(), BENCHES / "peers" / "evojax" / "pgpe.py", GENERATIONS
        with Own(*engine, unit="generations") as own, Peer(*evojax, unit="generations") as peer:
            ours, theirs = self.measure(own.repeat, peer.repeat)
        learned = {}
        for name, told in ("engine", own.told), ("evojax", peer.told):
            first, last = told[0], told[-1]
            learned[name] = {f"mean of generation {at['generation']}": round(at["mean"], 2) for at in (first, last)}
            if last["mean"] <= first["mean"] and last["generation"] >= LEARN:
                raise Wrong(f"{name} does not learn: {learned[name]}")
        ends = [-told[-1]["mean"] for told in (own.told, peer.told)]
        if max(ends) > ORDER * min(ends):
            raise Wrong(f"what both learned is of another order: {learned}")
        return against(ours, theirs, told={"generations": GENERATIONS, "learned": learned}, show=hundredths)

    def overhead(self):
        """What the slowest strategy takes of a generation."""
        rounds = [json.loads(self.engine.bench("strategies", "overhead")) for _ in range(self.options.rounds)]
        slowest = [max(told["strategies"].items(), key=lambda strategy: strategy[1]) for told in rounds]
        shares = [took / told["generation"] for told, (_, took) in zip(rounds, slowest)]
        name, took = sorted(slowest, key=lambda strategy: strategy[1])[len(slowest) // 2]
        generation = statistics.median(told["generation"] for told in rounds)
        return Result(f"{name} {took:.1f} ms", f"{generation:.0f} ms", shares, told=rounds[-1])

    def flocking(self):
        with self.bound("flocking", 320) as bound:
            ours, bound = self.measure(lambda: self.engine.repeat("evojax_flocking", 150), bound.repeat)
        return against(ours, bound, told=self.told())

    def krabmaga(self):
        self.check("school_boids")
        with Peer(self.peer("krabmaga"), 100_000, 10) as theirs:
            ours, theirs = self.measure(lambda: self.engine.repeat("school_boids", SHORT), theirs.repeat)
        return against(ours, theirs, told=self.told())

    def boids(self):
        self.check("school_boids")
        with self.bound("boids", 100_000) as bound:
            ours, bound = self.measure(lambda: self.engine.repeat("school_boids", SHORT), bound.repeat)
        return against(ours, bound, told=self.told())

    def network(self, kind):
        self.check(f"school_{kind}")
        with self.bound("boids", 10_000) as sense, self.bound(kind, 10_000) as think:
            ours = lambda: self.engine.repeat(f"school_{kind}", SHORT, repeats=5)
            ours, sense, think = self.measure(ours, sense.repeat, think.repeat)
        return against(ours, sense, think, told=self.told())

    def own(self):
        return self.network("own")

    def shared(self):
        return self.network("shared")

    def growth(self, scene):
        """Cost of an agent-step among a million agents over that among ten thousand."""
        few = lambda: self.engine.repeat(scene, SHORT, *size_of(10_000), repeats=5)
        many = lambda: self.engine.repeat(scene, 2, *size_of(1_000_000))
        few, many = self.measure(few, many)
        cost = against(few, many, told=self.told())
        return dataclasses.replace(cost, ours=cost.theirs, theirs=cost.ours)

    def scaling_boids(self):
        return self.growth("school_boids")

    def scaling_shared(self):
        return self.growth("school_shared")

    def memory(self):
        agents = self.options.memory_agents
        # The school, and as much again as its start may hold for a while.
        needed = agents * 1140 * 4 * 1.5
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if free < needed:
            raise NotTried(f"{needed / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free: lower --memory-agents")
        told = json.loads(self.engine.bench("memory", str(agents)))
        gigabytes = lambda key: f"{told[key] / 1e9:.3f} GB"
        return Result(gigabytes("peak_bytes"), gigabytes("promised_bytes"), [told["ratio"]], told=told)

    def lavapipe(self):
        if not any(adapter["software"] for adapter in self.engine.adapters()):
            raise NotTried("no software adapter")
        return self.ticks_of_gpu()

    def ticks_of_gpu(self):
        gpu, cpu = self.measure(
            lambda: self.engine.repeat("school_own", 10, "--backend", "gpu"),
            lambda: self.engine.repeat("school_own", SHORT, "--backend", "cpu", repeats=5),
        )
        return against(gpu, cpu, told=self.told())

    def gpu_school(self):
        """A million agents with genomes of their own on the graphics card: its bandwidth as measured, and one repetition
        after another."""
        if all(adapter["software"] for adapter in self.engine.adapters()):
            raise NotTried("no discrete adapter")
        flags = *size_of(1_000_000), "--backend", "gpu"
        repeat = lambda: (self.engine.repeat("school_own", SHORT, *flags), self.engine.seen)
        repeat()
        repetitions = [repeat() for _ in range(self.options.rounds)]
        # Rates by size of what is read; the largest is beyond every cache.
        bandwidths = [seen["machine"]["bytes_per_second"][-1][1] for _, seen in repetitions]
        return statistics.median(bandwidths), repetitions

    def gpu_think(self):
        bandwidth, repetitions = self.gpu_school()

        def read(seen):
            think = [stage["measured_ns"] for stage in seen["stages"] if stage["stage"].startswith("spread_think")]
            if not think:
                raise RuntimeError("the bench names no stage that thinks")
            return 4 * seen["parameters"] / (sum(think) * 1e-9)

        rates = [read(seen) for _, seen in repetitions]
        gigabytes = lambda rate: f"{rate / 1e9:.0f} GB/s"
        shares = [rate / bandwidth for rate in rates]
        return Result(gigabytes(statistics.median(rates)), gigabytes(bandwidth), shares, told=self.told())

    def gpu_roofline(self):
        bandwidth, repetitions = self.gpu_school()
        # Bytes of a tick by agent: its genome once, and 180 for state, sorting and strips of neighbours.
        roof = bandwidth / (4 * 1140 + 180)
        rates = [sample.wall for sample, _ in repetitions]
        return Result(millions(rates), millions([roof]), [rate / roof for rate in rates], told=self.told())

    def probe(self):
        """Paired worlds of which one is changed, with all that is told of them, over the same worlds alone."""
        program, threads, worlds = self.engine.program, ("--threads", THREADS), 64
        paired = program, "probe", "food_call", "--test", "mute", "--pairs", worlds, *threads
        plain = program, "score", "food_call", "scene", "--trained", "--seeds", worlds, *threads
        paired, plain = self.measure(lambda: timed(paired), lambda: timed(plain))
        cost = against(paired, plain, told={"worlds": worlds})
        # Seconds, not rates.
        milliseconds = lambda of: f"{1000 * statistics.median(1 / sample.wall for sample in of):.0f} ms"
        by = lambda ratios: [1 / ratio for ratio in ratios]
        return Result(milliseconds(paired), milliseconds(plain), by(cost.by_wall), by(cost.by_cpu), cost.told)

    def window(self):
        if not self.options.window:
            raise NotTried("give a program that was built with the window: --window PATH")
        program = pathlib.Path(self.options.window).resolve()
        goal_window.first_moving_frame(program)
        seconds = [goal_window.first_moving_frame(program) for _ in range(self.options.rounds)]
        return Result(f"{statistics.median(seconds):.2f} s", "", seconds)


# Row, what it is, the least (or most) that its ratio may be.
GOALS = {
    "evojax": ("EvoJAX's flocking task, 320 x 30 x 150", ">=", 20),
    "flocking": ("the same, against its tuned bound", None, None),
    "pgpe": ("generations of it by PGPE, against EvoJAX's", ">=", 15),
    "overhead": ("slowest ask and tell over a generation, 256 x 10,000", "<=", 0.1),
    "krabmaga": ("100,000 boids, against krABMaga", ">=", 6),
    "boids": ("100,000 boids, against the tuned bound", ">=", 0.7),
    "own": ("10,000 with own networks, against bounds in series", ">=", 0.6),
    "shared": ("10,000 with one network, against bounds in series", ">=", 0.6),
    "scaling_boids": ("cost of a step, 1e6 boids over 1e4", "<=", 1.5),
    "scaling_shared": ("cost of a step, 1e6 with one network over 1e4", "<=", 1.5),
    "probe": ("64 pairs of a probe over 64 worlds of the same", "<=", 2.2),
    "memory": ("own networks: peak over 1.15 x genomes + 256 B an agent", "<=", 1),
    "gpu_think": ("graphics card: genome bytes a second over bandwidth", ">=", 0.7),
    "gpu_roofline": ("graphics card: 1e6 own networks over roofline", ">=", 0.4),
    "lavapipe": ("10,000 with own networks, software adapter over CPU", ">=", 0.05),
    "window": ("default scene to first moving frame, seconds", "<=", 4),
}


def tried(rows, name):
    """Runs one row; gives what is printed and kept of it."""
    what, sign, goal = GOALS[name]
    line = {"row": name, "what": what, "goal": f"{sign} {goal}" if sign else "-"}
    say(f"row {name}")
    ratios = lambda result: result.by_cpu if rows.options.by == "cpu" and result.by_cpu else result.by_wall
    wide = lambda result: spread(ratios(result))
    try:
        result = getattr(rows, name)()
        if wide(result) > WIDE:
            say(f"figures spread by {wide(result):.0%}: other work seems to be running; measuring again")
            result = min(result, getattr(rows, name)(), key=wide)
    except NotTried as why:
        return {**line, "verdict": "not tried", "reason": str(why)}
    except Wrong as why:
        return {**line, "verdict": "FAIL", "reason": f"wrong answer: {why}"}
    except (RuntimeError, OSError) as why:
        return {**line, "verdict": "FAIL", "reason": f"it does not run: {why}"}
    judged = statistics.median(ratios(result))
    met = {">=": judged >= (goal or 0), "<=": judged <= (goal or 0), None: None}[sign]
    return {
        **line,
        "ours": result.ours,
        "theirs": result.theirs,
        "ratio": round(statistics.median(result.by_wall), 4),
        "spread": round(spread(result.by_wall), 3),
        "ratio_by_cpu_seconds": round(statistics.median(result.by_cpu), 4) if result.by_cpu else None,
        "spread_by_cpu_seconds": round(spread(result.by_cpu), 3) if result.by_cpu else None,
        "judged_by": rows.options.by if result.by_cpu else "wall",
        "verdict": {True: "pass", False: "FAIL", None: "-"}[met],
        "told": result.told,
    }


def table(lines):
    """The table as Markdown, which README can show as it is."""
    heads = ("row", "work", "goal", "ours", "peer or bound", "ratio", "spread", "by CPU seconds", "")
    number = lambda x, form: "" if x is None else form.format(x)
    cells = [heads, ["---"] * len(heads)]
    for line in lines:
        verdict = line["verdict"] + (f": {line['reason']}" if "reason" in line else "")
        cells.append((
            line["row"], line["what"], line["goal"], line.get("ours", ""), line.get("theirs", ""),
            number(line.get("ratio"), "{:.3g}"), number(line.get("spread"), "{:.0%}"),
            number(line.get("ratio_by_cpu_seconds"), "{:.3g}"), verdict,
        ))
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in cells)


def machine():
    """What the figures were taken on."""
    names = []
    if pathlib.Path("/proc/cpuinfo").exists():
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    try:
        commit = run(["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=12"]).strip()
    except (RuntimeError, OSError):
        commit = "unknown"
    return {
        "date": datetime.date.today().isoformat(),
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "commit": commit,
        "load": round(os.getloadavg()[0], 2),
    }


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"rows to run [default: all]: {', '.join(GOALS)}")
    parser.add_argument("--rounds", type=int, default=9, help="repetitions after one that warms up [default: 9]")
    parser.add_argument("--by", choices=("wall", "cpu"), default="wall",
                        help="what the ratio is judged by: the wall clock [default], or processor seconds on a busy machine")
    parser.add_argument("--engine", metavar="PATH", help="an engine that is already built")
    parser.add_argument("--window", metavar="PATH", help="a program built with the window, for the row `window`")
    parser.add_argument("--memory-agents", type=int, default=1_000_000, help="agents of the row `memory` [default: 1000000]")
    parser.add_argument("--save", metavar="NAME", help="keeps the rows in benches/results/goals-NAME.jsonl")
    chosen = parser.parse_args()
    unknown = [row for row in chosen.rows if row not in GOALS]
    if unknown:
        parser.error(f"`{unknown[0]}` is no row; rows are {', '.join(GOALS)}")
    if chosen.rounds < 1 or chosen.memory_agents < 1:
        parser.error("--rounds and --memory-agents must be at least 1")
    return chosen


def main():
    chosen = options()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    about = machine()
    if about["load"] > 0.5:
        say(f"other work is running (load {about['load']}): figures will spread, and those by the wall clock mislead")
    try:
        rows = Rows(chosen)
    except (RuntimeError, OSError) as why:
        sys.exit(f"the engine cannot be built: {why}")
    lines = [tried(rows, name) for name in chosen.rows or GOALS]
    print(f"{about['date']}, {about['processors']} processors of {about['processor']}, load {about['load']} at the start\n")
    print(table(lines))
    if chosen.save:
        path = BENCHES / "results" / f"goals-{chosen.save}.jsonl"
        path.write_text("".join(json.dumps({**line, **about, "rounds": chosen.rounds}) + "\n" for line in lines))
        say(f"kept in {path.relative_to(ROOT)}")
    sys.exit(any(line["verdict"] == "FAIL" for line in lines))


if __name__ == "__main__":
    main()
