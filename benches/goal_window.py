"""How long the window takes to show its first moving picture, seen from outside: on a virtual screen of its own, whose
pixels lie in a file. Used by `goals.py`."""
import mmap
import os
import pathlib
import subprocess
import tempfile
import time

from goal_tools import NotTried

WIDTH, HEIGHT = 1280, 720
# Rows, and bytes in a row, of which one is looked at: few enough to cost nothing. By an odd number of bytes each colour of the
# pixels, which have four bytes, gets its turn.
ROW_STEP, BYTE_STEP = 5, 7
# A picture with fewer different pixels than this is an empty or a plain window.
COLOURS = 200
# Seconds after which a window counts as never moving.
PATIENCE = 60.0


class Screen:
    """A virtual screen."""

    def __init__(self, folder):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset", "-fbdir", folder]
        try:
            self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            raise NotTried("no Xvfb here") from None
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = f":{pipe.readline().strip()}"
        with open(pathlib.Path(folder) / "Xvfb_screen0", "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Pixels of four bytes end the file, behind a header.
        self.start = len(self.memory) - 4 * WIDTH * HEIGHT

    def tank(self):
        """Some pixels of the middle of the screen, where the tank is and no panel."""
        # The middle half of rows and columns.
        first = lambda row: self.start + 4 * (row * WIDTH + WIDTH // 4)
        rows = range(HEIGHT // 4, 3 * HEIGHT // 4, ROW_STEP)
        return [self.memory[first(row):first(row) + 4 * (WIDTH // 2):BYTE_STEP] for row in rows]

    def colours(self):
        """Different pixels on the screen, among every seventh."""
        return len({self.memory[at:at + 3] for at in range(self.start, len(self.memory), 28)})

    def close(self):
        self.memory.close()
        self.server.terminate()
        self.server.wait()


def first_moving_frame(program):
    """Seconds from the start of the program to the second of two different pictures of a filled tank. One more change
    must follow, so that what appears once does not count as moving."""
    with tempfile.TemporaryDirectory() as folder:
        screen = Screen(folder)
        environment = {**os.environ, "DISPLAY": screen.display}
        environment.pop("WAYLAND_DISPLAY", None)
        command = [program, "--out", pathlib.Path(folder) / "run"]
        window = None
        try:
            began = time.perf_counter()
            window = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            changes, last, before = [], None, None
            while len(changes) < 3:
                now = time.perf_counter() - began
                if window.poll() is not None:
                    raise NotTried("the window ended before it showed a moving picture")
                if now > PATIENCE:
                    raise NotTried(f"the window showed no moving picture in {PATIENCE:.0f} s")
                picture = screen.tank()
                # A picture that is being written is seen in parts: one counts when it is the same twice.
                if picture == before and picture != last and screen.colours() >= COLOURS:
                    last = picture
                    changes.append(now)
                before = picture
                time.sleep(0.005)
            return changes[1]
        finally:
            if window:
                window.terminate()
                window.wait()
            screen.close()
