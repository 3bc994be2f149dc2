"""What the scripts of a release share: commands, environments for Python, and a page to check."""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def fail(message):
    sys.exit(f"error: {message}")


def run(command, **options):
    """Runs a command that has to go well; its output is shown."""
    try:
        subprocess.run([str(part) for part in command], check=True, **options)
    except FileNotFoundError:
        fail(f"`{command[0]}` is not installed")
    except subprocess.CalledProcessError as error:
        fail(f"`{' '.join(str(part) for part in command)}` ended with {error.returncode}")


def environment(folder, packages=()):
    """A Python environment with these packages, made anew if it has others. Returns its folder."""
    folder = pathlib.Path(folder)
    python, told = folder / "bin/python", folder / "packages"
    if not python.is_file() or not told.is_file() or told.read_text() != "\n".join(packages):
        run([sys.executable, "-m", "venv", "--clear", folder])
        if packages:
            run([python, "-m", "pip", "install", "--quiet", *packages])
        told.write_text("\n".join(packages))
    return folder


def checks_a_page(command):
    """Fails unless a program finds what is wrong with a page. `command` makes the command line from the
    folder with the page and the arguments."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        page = pathlib.Path(folder) / "a.md"
        page.write_text("# Title\n\n### Too deep\n")
        arguments = ["check", "a.md", "--format", "concise"]
        line = [str(part) for part in command(folder, arguments)]
        ran = subprocess.run(line, cwd=folder, capture_output=True, text=True)
        if ran.returncode != 1 or "a.md:3:1: warning MD001 heading-increment" not in ran.stdout:
            fail(f"`{' '.join(line)}` ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")


def size(path):
    return f"{pathlib.Path(path).stat().st_size / 1e6:.1f} MB"
